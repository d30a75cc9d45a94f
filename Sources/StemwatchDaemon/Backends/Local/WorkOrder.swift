// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What a supervisor is to run, and what stems must come of it. It is kept in the work directory: a daemon that finds
/// that after a crash knows as much as the one that wrote it. The environment is not part of it: it may hold secrets.
struct WorkOrder: Equatable {
    var program: FilePath
    /// All arguments, the program's own name first.
    var arguments: [[UInt8]]
    var timeout: Duration
    var niceness: Int
    /// Bytes; `nil`: no limit.
    var addressSpace: UInt64?
    /// Progress bars the program shows one after the other.
    var passes = 1
    /// The stems wanted, in order, and where below `out/` each must be.
    var stems: [CommandSettings.StemFile]
    /// How long each must be.
    var duration: AudioDuration
    /// The names of the environment variables whose values must not be in its log.
    var secrets: [String] = []
}

extension WorkOrder {
    var record: WorkRecord {
        var record = WorkRecord()
        record.append("program", program.bytes)
        for argument in arguments { record.append("argument", argument) }
        record.append("timeout_ms", timeout)
        record.append("niceness", niceness)
        if let addressSpace { record.append("address_space", addressSpace) }
        record.append("passes", passes)
        for stem in stems {
            record.append("stem", stem.name.rawValue)
            record.append("file", stem.file)
        }
        record.append("duration_ms", duration.milliseconds)
        for name in secrets { record.append("secret", name) }
        return record
    }

    /// - Returns: `nil` when something is missing.
    init?(_ record: WorkRecord) {
        let names = record.all("stem").compactMap { StemName(rawValue: String(decoding: $0, as: UTF8.self)) }
        let files = record.all("file").map { String(decoding: $0, as: UTF8.self) }
        guard let program = record["program"], let timeout = record.number("timeout_ms"),
            let niceness = record.number("niceness"), let passes = record.number("passes"),
            let duration = record.number("duration_ms"), names.count == files.count
        else { return nil }
        self.program = FilePath(bytes: program)
        arguments = record.all("argument")
        self.timeout = .milliseconds(timeout)
        self.niceness = Int(niceness)
        addressSpace = record.number("address_space").flatMap { UInt64(exactly: $0) }
        self.passes = Int(passes)
        stems = zip(names, files).map { CommandSettings.StemFile(name: $0, file: $1) }
        self.duration = AudioDuration(milliseconds: duration)
        secrets = record.all("secret").map { String(decoding: $0, as: UTF8.self) }
    }
}
