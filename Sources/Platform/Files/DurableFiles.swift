// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// Changes to the file system that hold through a power cut.
///
/// A failed fsync is never tried again here: the kernel may have dropped the pages, so the caller must write them
/// again.
public enum DurableFiles {
    /// Puts `bytes` at `path`, replacing what is there: a reader sees the old content or the new, never a part.
    /// - Parameter mode: permission bits, exactly.
    /// - Throws: with the old content still in place.
    public static func replace(_ path: FilePath, with bytes: [UInt8], mode: UInt16 = 0o600) throws(Failure) {
        var file = try ReplacementFile(for: path, mode: mode)
        try file.append(bytes)
        try file.publish()
    }

    /// Makes the names in a directory durable. Does nothing on a file system that has no such operation.
    public static func sync(directory path: FilePath) throws(Failure) {
        // A relative name without a directory is in the working directory.
        let path = path.isEmpty ? FilePath(".") : path
        let descriptor = try Failure.translating("opening", path) {
            try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec])
        }
        defer { close(descriptor.rawValue) }
        switch syncError(descriptor) {
        case nil, .invalidArgument, .notSupported: return
        case .some(let error): throw Failure(error, "making durable", path)
        }
    }

    /// Makes the content of a file durable.
    public static func sync(file path: FilePath) throws(Failure) {
        let descriptor = try Failure.translating("opening", path) {
            try FileDescriptor.open(path, .readOnly, options: [.noFollow, .nonBlocking, .closeOnExec])
        }
        defer { close(descriptor.rawValue) }
        try sync(descriptor, path)
    }

    private static func sync(_ descriptor: FileDescriptor, _ path: FilePath) throws(Failure) {
        if let error = syncError(descriptor) { throw Failure(error, "making durable", path) }
    }

    private static func syncError(_ descriptor: FileDescriptor) -> Errno? {
        while fsync(descriptor.rawValue) != 0 {
            // A signal came before anything was written back: this is not the failed fsync that must not be repeated.
            if Errno.current != .interrupted { return .current }
        }
        return nil
    }

    /// Makes a directory, durably. Its parent must exist.
    /// - Parameter mode: permission bits, before the umask.
    /// - Returns: whether it was made; `false`: a directory, or a link to one, was there.
    @discardableResult
    public static func makeDirectory(_ path: FilePath, mode: UInt16 = 0o777) throws(Failure) -> Bool {
        if path.withPlatformString({ mkdir($0, mode_t(mode)) }) == 0 {
            try sync(directory: path.removingLastComponent())
            return true
        }
        let error = Errno.current
        if error == .fileExists {
            // A link to a directory is accepted: state is often moved to another disk that way.
            if let real = path.resolved, try FileStatus.at(real)?.kind == .directory { return false }
            throw Failure(
                .systemIO, "\(Printable(path)) is there, and is no directory", hint: "move it away, or name another",
                remedy: .retry(after: nil))
        }
        throw Failure(error, "making the directory", path)
    }

    /// Makes a directory and what is missing above it, durably.
    /// - Returns: those that were made, outermost first.
    @discardableResult
    public static func makeDirectories(_ path: FilePath, mode: UInt16 = 0o777) throws(Failure) -> [FilePath] {
        let parent = path.removingLastComponent()
        var made: [FilePath] = []
        if !parent.isEmpty, parent != path, try FileStatus.at(parent) == nil {
            made = try makeDirectories(parent, mode: mode)
        }
        if try makeDirectory(path, mode: mode) { made.append(path) }
        return made
    }

    /// Moves `from` to `to` in one step, durably, if nothing is there.
    ///
    /// Where the file system cannot refuse to replace (renameat2 gives EINVAL), a file is linked and unlinked instead,
    /// and a directory renamed after a look: of what can be there, rename replaces only an empty directory.
    /// - Returns: `false` when something stands at `to`; nothing was moved.
    /// - Throws: also when the two are on different file systems.
    public static func renameWithoutReplacing(_ from: FilePath, _ to: FilePath) throws(Failure) -> Bool {
        let outcome = renameNoReplace(from, to)
        if let outcome {
            switch outcome {
            case .fileExists: return false
            case .invalidArgument, .noFunction, .notSupported:
                guard try renameInSteps(from, to) else { return false }
            default: throw Failure(outcome, "moving \(Printable(from)) to", to)
            }
        }
        let source = from.removingLastComponent()
        let target = to.removingLastComponent()
        try sync(directory: target)
        if source != target { try sync(directory: source) }
        return true
    }

    private static func renameNoReplace(_ from: FilePath, _ to: FilePath) -> Errno? {
        let result = from.withPlatformString { from in
            to.withPlatformString { clinux_rename_noreplace(AT_FDCWD, from, AT_FDCWD, $0) }
        }
        return result == 0 ? nil : .current
    }

    /// For file systems without RENAME_NOREPLACE.
    static func renameInSteps(_ from: FilePath, _ to: FilePath) throws(Failure) -> Bool {
        guard let status = try FileStatus.at(from) else {
            throw Failure(.noSuchFileOrDirectory, "moving \(Printable(from)) to", to)
        }
        if status.kind != .directory {
            let linked = from.withPlatformString { from in to.withPlatformString { link(from, $0) } }
            if linked == 0 {
                guard from.withPlatformString({ unlink($0) }) == 0 else { throw Failure(.current, "removing", from) }
                return true
            }
            if Errno.current == .fileExists { return false }
            // No hard links here either (exFAT): look, then rename.
        }
        if try FileStatus.at(to) != nil { return false }
        if from.withPlatformString({ from in to.withPlatformString { rename(from, $0) } }) == 0 { return true }
        let error = Errno.current
        if error == .directoryNotEmpty || error == .fileExists || error == .notDirectory { return false }
        throw Failure(error, "moving \(Printable(from)) to", to)
    }

    /// Removes a file, or a directory with everything below it; follows no link. Nothing there: nothing to do.
    public static func removeTree(_ path: FilePath) throws(Failure) {
        if path.withPlatformString(clinux_remove_tree) != 0 { throw Failure(.current, "removing", path) }
    }
}
