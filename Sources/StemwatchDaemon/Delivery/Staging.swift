// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// `<output>/.stemwatch/<job>/`: where one delivery is put together, in the file system it will stay in.
///
/// `fetched/` holds the backend's stems; `folder/` becomes the track's folder by one rename. Only the owner can enter
/// `.stemwatch`, so no other user sees or touches a delivery before it is whole. What is made inside keeps the umask's
/// mode, and inherits group and default ACL from the output folder. All of it may be lost at any time: the backend has
/// the stems.
enum Staging {
    static let root: FilePath.Component = ".stemwatch"
    static let fetched: FilePath.Component = "fetched"
    static let folder: FilePath.Component = "folder"

    /// Held while `.stemwatch` and something in it are made: a new, empty `.stemwatch` must not be removed in between.
    private static let lock = Mutex(())

    /// Makes it anew, empty: removes what an earlier attempt left. Returns the path of `fetched/`.
    static func make(for job: JobID, in output: borrowing OpenDirectory) throws(Failure) -> FilePath {
        let directory = try directory(for: job, in: output)
        for name in try directory.names() { try directory.removeTree(name) }
        try directory.makeDirectory(fetched, durably: false)
        return directory.path.appending(fetched)
    }

    /// The job's own directory, made where it is missing.
    static func directory(for job: JobID, in output: borrowing OpenDirectory) throws(Failure) -> OpenDirectory {
        let name = FilePath.Component(job.rawValue)!
        return try lock.withLock { (_: inout Void) throws(Failure) -> OpenDirectory in
            try output.makeDirectory(root, mode: 0o700, durably: false)
            guard let staging = try output.directory(root) else { throw vanished(output.path) }
            try staging.makeDirectory(name, mode: 0o700, durably: false)
            guard let directory = try staging.directory(name) else { throw vanished(staging.path) }
            return directory
        }
    }

    /// Removes the job's directory if it is there, and `.stemwatch` with it when it was the last.
    static func remove(_ job: JobID, in output: borrowing OpenDirectory) throws(Failure) {
        guard let staging = try output.directory(root) else { return }
        try staging.removeTree(FilePath.Component(job.rawValue)!)
        try removeIfEmpty(in: output)
    }

    /// Removes everything in `.stemwatch` that belongs to none of `jobs`. Returns how many entries that were.
    static func sweep(_ output: borrowing OpenDirectory, keeping jobs: Set<JobID>) throws(Failure) -> Int {
        guard let staging = try output.directory(root) else { return 0 }
        var removed = 0
        for name in try staging.names() {
            if let job = JobID(rawValue: name.string), jobs.contains(job) { continue }
            try staging.removeTree(name)
            removed += 1
        }
        try removeIfEmpty(in: output)
        return removed
    }

    /// Writes a note to a file of its own in `.stemwatch`, durably, for a rename out of it; returns its name.
    static func writeNote(
        _ text: [UInt8], in output: borrowing OpenDirectory, preparing: (FileDescriptor) -> Void
    ) throws(Failure) -> FilePath.Component {
        let name = FilePath.Component("note-" + String(UInt64.random(in: 0 ... .max), radix: 36))!
        try lock.withLock { (_: inout Void) throws(Failure) in
            try output.makeDirectory(root, mode: 0o700, durably: false)
            guard let staging = try output.directory(root) else { throw vanished(output.path) }
            try staging.write(text, to: name, preparing: preparing)
        }
        return name
    }

    /// Opens `.stemwatch`, which exists because the caller has a file in it.
    static func opened(in output: borrowing OpenDirectory) throws(Failure) -> OpenDirectory {
        guard let staging = try output.directory(root) else { throw vanished(output.path) }
        return staging
    }

    static func removeIfEmpty(in output: borrowing OpenDirectory) throws(Failure) {
        try lock.withLock { (_: inout Void) throws(Failure) in _ = try output.removeEmptyDirectory(root) }
    }

    private static func vanished(_ path: FilePath) -> Failure {
        Failure(
            .outputUnwritable, "the staging directory in \(Printable(path)) went away while it was used",
            remedy: .retry(after: nil))
    }
}
