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

    @Option(name: .customLong("place"), parsing: .singleValue) var places: [String] = []
    @Option var memory: UInt64?
    @Option var processorTime: UInt64
    @Option var fileSize: UInt64
    @Argument(parsing: .postTerminator) var line: [String] = []

    func run() throws {
        let allowed = places.compactMap(ConfinedProgram.place)
        guard let program = line.first, allowed.count == places.count else { throw WorkOptions.byHand }
        let sandbox = Sandbox(
            places: allowed, addressSpace: memory, processorTime: processorTime, fileSize: fileSize)
        throw WorkOptions.end(ConfinedProgram.run(sandbox, FilePath(program), Array(line.dropFirst())))
    }
}
