// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import StemlabService
import SystemPackage

/// What the service tells the processes that it starts for a job.
struct WorkOptions: ParsableArguments {
    @Option var directory: String
    @Option var stems: String
    @Option var format: String
    @Option var limitMs: Int64
    @Option var memory: UInt64
    @Option var processorTime: UInt64
    @Option var fileSize: UInt64

    var bounds: ChildBounds { ChildBounds(memory: memory, processorTime: processorTime, fileSize: fileSize) }

    func work() throws -> ComputeWork {
        let names = Self.names(stems)
        guard let format = AudioContainer(rawValue: format), !names.isEmpty else { throw Self.byHand }
        return ComputeWork(
            directory: FilePath(directory), stems: names, format: format, limit: AudioDuration(milliseconds: limitMs))
    }

    static func names(_ list: String) -> [StemName] {
        list.split(separator: ",").compactMap { StemName(rawValue: String($0)) }
    }

    static let byHand = ValidationError("this is started by the service, not by hand")

    /// Ends the process with a status that one of ``StemlabService``'s children gave.
    static func end(_ status: Int32) -> ExitCode {
        ThisProcess.flushOutput()
        return ExitCode(status)
    }
}
