// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The directory of one job of a local backend, `<state_dir>/work/<job>`: what runs in it, and how it ended.
///
/// It has everything that must be known after a crash of either side. In the order it is made: `lock` (held by
/// the daemon while it prepares, then by the supervisor, from its first moment to its last; signed by it), `input.…` (a
/// copy of the source under a plain name), `out/`, `tmp/`, `task` (a ``WorkOrder``), `started` (durable before the
/// program runs), `log`, `progress`, `result` (a ``RunResult``, durable).
struct WorkDirectory: Sendable {
    let path: FilePath

    var lock: FilePath { path.appending("lock") }
    var output: FilePath { path.appending("out") }
    /// The program's `TMPDIR`.
    var scratch: FilePath { path.appending("tmp") }
    var task: FilePath { path.appending("task") }
    var started: FilePath { path.appending("started") }
    var log: FilePath { path.appending("log") }
    var progress: FilePath { path.appending("progress") }
    var result: FilePath { path.appending("result") }

    /// Whether something runs here.
    enum Occupancy: Sendable {
        /// There is no such directory.
        case absent
        /// A supervisor lives.
        case running
        /// Nothing runs, and nothing will before the lock is released.
        case free(FileLock, Phase)

        /// Releases the lock it holds, if any. An explicit call is needed: a program that is just being started
        /// elsewhere has a copy of every descriptor. It would hold the lock a moment longer, and the next look would
        /// find running work.
        func release() {
            if case .free(let lock, _) = self { lock.release() }
        }
    }

    /// What became of the last run.
    enum Phase: Equatable, Sendable {
        /// The program has not been started.
        case prepared
        /// It may have been started, and its supervisor left no result.
        case cutOff
        case ended(RunResult)
    }

    /// Whether it was removed while the supervisor runs, whose lock is in it. Only a certain "yes" counts.
    var isRemoved: Bool {
        do throws(Failure) { return try FileStatus.at(lock) == nil } catch {
            return false  // The look failed: the next one may find out.
        }
    }

    /// Looks, and takes the lock if it is free.
    func occupancy() throws(Failure) -> Occupancy {
        guard try FileStatus.at(path)?.kind == .directory else { return .absent }
        guard let held = try FileLock.take(lock) else { return .running }
        return .free(held, try phase())
    }

    /// To be called by the holder of the lock.
    func phase() throws(Failure) -> Phase {
        if let result = try record(at: result).flatMap(RunResult.init) { return .ended(result) }
        return try FileStatus.at(started) == nil ? .prepared : .cutOff
    }

    /// The order; `nil` when there is none that can be read.
    func order() throws(Failure) -> WorkOrder? { try record(at: task).flatMap(WorkOrder.init) }

    /// The progress that the program reported, 0…1; `nil` before it has reported any.
    func fraction() throws(Failure) -> Double? { try ProgressFile.read(progress) }

    /// Makes the directory if it is not there, and takes its lock; `nil` when a supervisor holds it.
    func claim() throws(Failure) -> FileLock? {
        try DurableFiles.makeDirectories(path, mode: 0o700)
        return try FileLock.take(lock)
    }

    /// Removes everything but the lock, whose holder calls this.
    func wipe() throws(Failure) {
        for entry in try DirectoryListing.entries(of: path) where entry.name.string != "lock" {
            try DurableFiles.removeTree(path.appending(entry.name))
        }
    }

    private func record(at path: FilePath) throws(Failure) -> WorkRecord? {
        try SmallFile.read(path, atMost: 1 << 20).flatMap(WorkRecord.init)
    }
}
