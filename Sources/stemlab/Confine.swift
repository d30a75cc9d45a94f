// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService
import SystemPackage

/// What the service starts a program in that is not its own: see ``ConfinedProgram``.
struct Confine: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Execute a program, confined to some places.", shouldDisplay: false)

    @Option(parsing: .singleValue) var read: [String] = []
    @Option(parsing: .singleValue) var make: [String] = []
    @Option(parsing: .singleValue) var execute: [String] = []
    @Option(parsing: .singleValue) var device: [String] = []
    @Option var memory: UInt64?
    @Option var processorTime: UInt64
    @Option var fileSize: UInt64
    @Argument(parsing: .postTerminator) var line: [String] = []

    func run() throws {
        guard let program = line.first else { throw WorkOptions.byHand }
        let places = [(read, Sandbox.Use.read), (make, .make), (execute, .run), (device, .device)].flatMap {
            paths, use in
            paths.map { Sandbox.Place(FilePath($0), use) }
        }
        let sandbox = Sandbox(
            places: places, addressSpace: memory, processorTime: processorTime, fileSize: fileSize)
        throw WorkOptions.end(ConfinedProgram.run(sandbox, FilePath(program), Array(line.dropFirst())))
    }
}
