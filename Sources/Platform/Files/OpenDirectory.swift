// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// A directory held open, so that every operation stays inside it, even when part of its path is replaced by a link.
/// Links below it are never followed.
///
/// Every failure here concerns a place that is written to. No permission and a read-only or missing mount are
/// `output.unwritable`, a full disk is `output.full` (both hold until the condition changes), the rest is `system.io`.
public struct OpenDirectory: ~Copyable, Sendable {
    public let descriptor: FileDescriptor
    /// Where it was opened; for messages, and for libraries that take only paths.
    public let path: FilePath

    /// Opens `path` and follows the links in it, because it comes from the configuration. Throws `output.unwritable`
    /// when it is missing or no directory.
    public init(_ path: FilePath) throws(Failure) {
        let opened = path.withPlatformString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard opened >= 0 else { throw Self.failure(errno, "opening", path) }
        descriptor = FileDescriptor(rawValue: opened)
        self.path = path
    }

    private init(descriptor: FileDescriptor, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Ignores the failure to close: a directory opened for reading has nothing left to lose.
    deinit { _ = Glibc.close(descriptor.rawValue) }

    /// The directory `name` in this one; `nil`: nothing is there. Throws `output.name` when it is something else, a
    /// link among them.
    public func directory(_ name: FilePath.Component) throws(Failure) -> OpenDirectory? {
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        if opened >= 0 {
            return OpenDirectory(descriptor: FileDescriptor(rawValue: opened), path: path.appending(name))
        }
        switch errno {
        case ENOENT: return nil
        case ENOTDIR, ELOOP:
            throw Failure(
                .outputName, "\(Printable(path.appending(name))) is not a directory, and a directory is needed there",
                hint: "move it away; links below an output folder are not followed", remedy: .hold(until: .surroundings)
            )
        case let code: throw Self.failure(code, "opening", path.appending(name))
        }
    }

    /// Opens the regular file `name` for reading, without blocking on a FIFO; `nil`: nothing is there, or something
    /// that is not a regular file. The caller closes it.
    public func open(_ name: FilePath.Component) throws(Failure) -> FileDescriptor? {
        let opened = name.withPlatformString {
            openat(descriptor.rawValue, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard opened >= 0 else {
            if errno == ENOENT || errno == ELOOP || errno == ENXIO { return nil }
            throw Self.failure(errno, "opening", path.appending(name))
        }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            _ = Glibc.close(opened)
            return nil
        }
        return FileDescriptor(rawValue: opened)
    }

    /// The bytes of the regular file `name`; `nil`: there is none, or it holds more than `limit` bytes.
    public func contents(of name: FilePath.Component, limit: Int) throws(Failure) -> [UInt8]? {
        guard let file = try open(name) else { return nil }
        defer { _ = Glibc.close(file.rawValue) }
        do {
            let bytes = try file.readToEnd(atMost: limit + 1)
            return bytes.count > limit ? nil : bytes
        } catch {
            throw Self.failure((error as? Errno)?.rawValue ?? EIO, "reading", path.appending(name))
        }
    }

    /// Whether anything, a dangling link included, has the name.
    public func has(_ name: FilePath.Component) throws(Failure) -> Bool {
        var status = stat()
        if name.withPlatformString({ fstatat(descriptor.rawValue, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
            return true
        }
        guard errno == ENOENT else { throw Self.failure(errno, "looking at", path.appending(name)) }
        return false
    }

    /// Every name in it but `.` and `..`, in no order.
    public func names() throws(Failure) -> [FilePath.Component] {
        // Opened anew: a duplicated descriptor would share its read position with every other reader.
        let own = openat(descriptor.rawValue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw Self.failure(errno, "listing", path) }
        do throws(Errno) {
            var reader = try DirectoryReader(adopting: own, path)
            var names: [FilePath.Component] = []
            while let entry = try reader.nextEntry() { names.append(entry.name) }
            return names
        } catch { throw Self.failure(error.rawValue, "listing", path) }
    }

    static func failure(_ code: CInt, _ doing: String, _ path: FilePath) -> Failure {
        let plain = Failure(Errno(rawValue: code), doing, path)
        switch code {
        case EACCES, EPERM, EROFS, ENOENT, ENOTDIR, ESTALE, ENOTCONN, EHOSTDOWN, ENXIO, ENODEV:
            return Failure(.outputUnwritable, plain.message, hint: plain.hint, remedy: .hold(until: .surroundings))
        case ENAMETOOLONG:
            return Failure(
                .outputName, plain.message, hint: "shorten the names of the folders above it",
                remedy: .hold(until: .surroundings))
        default: return plain
        }
    }
}
