// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What is common to the processes of ours that read audio: one a step, each confined before it opens anything.
enum ConfinedChild {
    /// Enters the sandbox and does `body`, on the calling thread, which must be the only one. The outcome is printed on
    /// standard output (``ChildReport``).
    /// - Returns: what the process is to exit with.
    static func run(
        reading: FilePath, writing: FilePath, within bounds: ChildBounds,
        _ body: () throws(Failure) -> AudioDuration
    ) -> Int32 {
        do throws(Failure) {
            try Sandbox(
                places: [.init(reading, .read), .init(writing, .write)], addressSpace: bounds.memory,
                processorTime: bounds.processorTime, fileSize: bounds.fileSize
            ).enter()
        } catch {
            printLine(ChildReport.fault(error))
            return 1
        }
        do throws(Failure) {
            printLine(ChildReport.decoded(try body()))
            return 0
        } catch {
            printLine(error.code.rawValue.hasPrefix("audio.") ? ChildReport.refused(error) : ChildReport.fault(error))
            return 1
        }
    }

    /// Prints shares, 0…1, no more than a hundred of them.
    struct Progress {
        private var shown = 0.0

        mutating func report(_ share: Double) {
            guard share - shown >= 0.01 else { return }
            shown = share
            ConfinedChild.printLine(ChildReport.progress(min(share, 1)))
        }
    }

    /// One `write` a line. A reader that is gone has ended this process, or is about to.
    private static func printLine(_ line: String) { _ = try? FileDescriptor.standardOutput.writeAll(Array(line.utf8)) }
}
