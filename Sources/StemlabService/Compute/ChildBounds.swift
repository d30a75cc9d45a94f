// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// What a process of ours may use that decodes, separates or encodes.
package struct ChildBounds: Hashable, Sendable {
    /// Bytes of address space.
    package var memory: UInt64
    /// Seconds of processor time.
    package var processorTime: UInt64
    /// Bytes of one file.
    package var fileSize: UInt64

    package init(memory: UInt64, processorTime: UInt64, fileSize: UInt64) {
        self.memory = memory
        self.processorTime = processorTime
        self.fileSize = fileSize
    }

    /// Enough for so much audio.
    init(for length: AudioDuration) {
        let seconds = UInt64(max(0, length.milliseconds)) / 1000 + 1
        // Separating takes about a tenth of the length of the audio at 44.1 kHz on one core of 2020.
        self.init(memory: 2 << 30, processorTime: 60 + 4 * seconds, fileSize: Self.fileSize(for: length))
    }

    /// The most that one stem of so much audio can be: two channels of 32 bits at 192 kHz.
    static func fileSize(for length: AudioDuration) -> UInt64 {
        (UInt64(max(0, length.milliseconds)) / 1000 + 1) * 192_000 * 8 + 1 << 20
    }

    /// Twice the processor time: the machine has other things to do.
    var timeLimit: Duration { .seconds(2 * Int64(processorTime)) }

    /// The arguments of our subcommands that read audio, from their names on.
    func arguments(_ subcommand: String, _ work: ComputeWork, _ more: [String] = []) -> [[UInt8]] {
        let options = [
            "--stems", work.stems.map(\.rawValue).joined(separator: ","), "--format", work.format.rawValue,
            "--limit-ms", String(work.limit.milliseconds), "--memory", String(memory),
            "--processor-time", String(processorTime), "--file-size", String(fileSize),
        ]
        return ([subcommand] + options + more).map { Array($0.utf8) }
            + [Array("--directory".utf8), work.directory.bytes]
    }
}
