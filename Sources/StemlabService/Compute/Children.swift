// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// Runs processes of our own program, each on a thread that waits for it, and ended when its task is cancelled.
struct Children: Sendable {
    /// `stemlab`.
    let program: FilePath
    private let pool: BlockingPool

    /// - Parameter slots: how many run at once.
    init(program: FilePath, slots: Int) {
        self.program = program
        pool = BlockingPool(threads: slots)
    }

    /// Runs a subcommand that reports (``ChildReport``).
    /// - Parameter arguments: after the program's name.
    func report(
        _ arguments: [[UInt8]], timeLimit: Duration, progress: @escaping @Sendable (Double) -> Void
    ) async throws -> ComputeOutcome {
        let program = program
        return try await follow { stop throws(Failure) in
            try ChildReport.of(program, arguments, timeLimit: timeLimit, stop: stop, progress: progress)
        }
    }

    /// Calls `run` on a thread where it may block.
    /// - Parameter run: takes what is readable once it is to end its process.
    func follow<Result: Sendable>(
        _ run: @escaping @Sendable (FileDescriptor) throws(Failure) -> Result
    ) async throws -> Result {
        let stop = try StopPipe()
        let result = try await withTaskCancellationHandler {
            try await pool.run { () throws(Failure) in try run(stop.reader) }
        } onCancel: {
            stop.set()
        }
        try Task.checkCancellation()
        return result
    }

    static let name = Array("stemlab".utf8)
}

/// Asks a thread that waits for descriptors to stop: `reader` is at its end then.
final class StopPipe: Sendable {
    let reader: FileDescriptor
    private let writer: Mutex<FileDescriptor?>

    init() throws(Failure) {
        let ends = try Pipe.open()
        reader = ends.reader
        writer = Mutex(ends.writer)
    }

    deinit {
        set()
        reader.closeQuietly()
    }

    /// From any thread, as often as one likes.
    func set() {
        let open = writer.withLock { writer in
            defer { writer = nil }
            return writer
        }
        open?.closeQuietly()
    }
}
