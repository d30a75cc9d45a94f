// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import StemlabService
import SystemPackage

/// What the service starts for each job: see ``SeparationChild``.
struct Separate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Separate the upload in a directory, confined to it.", shouldDisplay: false)

    @Option var directory: String
    @Option var stems: String
    @Option var format: String
    @Option var limitMs: Int64
    @Option var memory: UInt64
    @Option var processorTime: UInt64
    @Option var fileSize: UInt64

    func run() throws {
        let names = stems.split(separator: ",").compactMap { StemName(rawValue: String($0)) }
        guard let format = AudioContainer(rawValue: format), !names.isEmpty else {
            throw ValidationError("this is started by the service, not by hand")
        }
        let work = ComputeWork(
            directory: FilePath(directory), stems: names, format: format, limit: AudioDuration(milliseconds: limitMs))
        let status = SeparationChild.run(
            work, within: .init(memory: memory, processorTime: processorTime, fileSize: fileSize))
        ThisProcess.flushOutput()
        throw ExitCode(status)
    }
}
