// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The scratch of one job of a local backend, `<state_dir>/work/<job>`: what runs in it, what came of it.
///
/// Everything that must be known after a crash of either side stands here. In the order it comes to be:
/// `lock` (held by the daemon while it prepares, then by the supervisor, from its first moment to its last; signed by it),
/// `input.…` (a copy of the source under a plain name), `out/`, `tmp/`, `task` (a ``WorkOrder``), `started` (durable before the
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
        /// Nothing runs, and nothing will before the lock is let go.
        case free(FileLock, Phase)

        /// Lets go of the lock it holds, if any, now. By a call: a program that is just being started elsewhere has a copy of
        /// every descriptor, and would hold it a moment longer, so that the next look took that for work that runs.
        func release() {
            if case .free(let lock, _) = self { lock.release() }
        }
    }

    /// What became of the last run.
    enum Phase: Equatable, Sendable {
        /// The program has not been started.
        case prepared
        /// It may have been started, and its supervisor ended without a word.
        case cutOff
        case ended(RunResult)
    }

    /// Whether it was removed under the supervisor, whose lock stands in it. Only a certain "yes" counts.
    var isRemoved: Bool {
        do throws(Failure) { return try FileStatus.at(lock) == nil } catch {
            return false  // It could not be looked at: the next look may tell.
        }
    }

    /// Looks, and takes the lock if it is to be had.
    func occupancy() throws(Failure) -> Occupancy {
        guard try FileStatus.at(path)?.kind == .directory else { return .absent }
        guard let held = try FileLock.take(lock) else { return .running }
        return .free(held, try phase())
    }

    /// To be asked by the holder of the lock.
    func phase() throws(Failure) -> Phase {
        if let result = try record(at: result).flatMap(RunResult.init) { return .ended(result) }
        return try FileStatus.at(started) == nil ? .prepared : .cutOff
    }

    /// What it was told to run; `nil` when it was told nothing that can be read.
    func order() throws(Failure) -> WorkOrder? { try record(at: task).flatMap(WorkOrder.init) }

    /// How far the program says it is, 0…1; `nil` when it has not said.
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
