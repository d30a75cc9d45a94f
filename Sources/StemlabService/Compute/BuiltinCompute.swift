// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
import Platform
public import SystemPackage

/// Separates with the built-in separator, in a confined process of our own program (``SeparationChild``).
public struct BuiltinCompute: Compute {
    public let model = "masks-1"
    public let stems = StemName.standard

    private let program: FilePath
    private let pool: BlockingPool

    /// - Parameters:
    ///   - program: `stemlab`.
    ///   - slots: how many run at once.
    public init(program: FilePath, slots: Int) {
        self.program = program
        pool = BlockingPool(threads: slots)
    }

    public func separate(
        _ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        let stop = try StopPipe()
        let (program, launchArguments, limit) = (program, Self.arguments(work), Self.timeLimit(work))
        let outcome = try await withTaskCancellationHandler {
            try await pool.run { () throws(Failure) in
                try ChildRun.run(program, launchArguments, timeLimit: limit, stop: stop.reader, progress: progress)
            }
        } onCancel: {
            stop.set()
        }
        try Task.checkCancellation()
        return outcome
    }

    /// As `stemlab separate` reads them.
    private static func arguments(_ work: ComputeWork) -> [[UInt8]] {
        let bounds = bounds(work)
        let options = [
            "--stems", work.stems.map(\.rawValue).joined(separator: ","), "--format", work.format.rawValue,
            "--limit-ms", String(work.limit.milliseconds), "--memory", String(bounds.memory),
            "--processor-time", String(bounds.processorTime), "--file-size", String(bounds.fileSize),
        ]
        return (["stemlab", SeparationChild.subcommand] + options).map { Array($0.utf8) }
            + [Array("--directory".utf8), work.directory.bytes]
    }

    private static func bounds(_ work: ComputeWork) -> SeparationChild.Bounds {
        let seconds = UInt64(max(0, work.limit.milliseconds)) / 1000 + 1
        // The most a second of one stem can be: two channels of 32 bits at 192 kHz. Separating takes about a tenth of the
        // length of the audio at 44.1 kHz on one core of 2020.
        return SeparationChild.Bounds(
            memory: 2 << 30, processorTime: 60 + 4 * seconds, fileSize: seconds * 192_000 * 8 + 1 << 20)
    }

    /// Twice the processor time: the machine has other things to do.
    private static func timeLimit(_ work: ComputeWork) -> Duration {
        .seconds(2 * Int64(bounds(work).processorTime))
    }
}
