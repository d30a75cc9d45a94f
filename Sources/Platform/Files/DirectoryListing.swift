// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// The names in a directory, as bytes.
public enum DirectoryListing {
    /// One name.
    public struct Entry: Hashable, Sendable {
        public var name: FilePath.Component
        /// `nil` when the file system does not report it: use ``FileStatus``.
        public var kind: FileKind?
    }

    /// All entries but `.` and `..`, in no order.
    /// - Throws: when the directory cannot be read to its end. An error is never an empty directory.
    public static func entries(of path: FilePath) throws(Failure) -> [Entry] {
        var reader = try DirectoryReader(path)
        var entries: [Entry] = []
        while let entry = try reader.next() { entries.append(entry) }
        return entries
    }
}

/// Reads a directory name by name, in memory that does not grow with it. Follows no link at the end of its path.
public struct DirectoryReader: ~Copyable {
    private let stream: OpaquePointer
    private let path: FilePath

    /// - Throws: `folder.missing` when nothing is there, `folder.unreadable` when it may not be read or is no
    ///   directory.
    public init(_ path: FilePath) throws(Failure) {
        let raw = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        guard raw >= 0 else { throw Failure(directory: .current, "reading", path) }
        do throws(Errno) { try self.init(adopting: raw, path) } catch {
            throw Failure(error, "reading the directory", path)
        }
    }

    /// - Parameter raw: a descriptor of a directory, with a read position of its own; closed by this value.
    init(adopting raw: Int32, _ path: FilePath) throws(Errno) {
        guard let stream = fdopendir(raw) else {
            let error = Errno.current
            close(raw)
            throw error
        }
        self.stream = stream
        self.path = path
    }

    deinit { closedir(stream) }

    /// The status of the directory itself, by its descriptor: no rename can put another in its place.
    public func status() throws(Failure) -> FileStatus { try FileStatus.of(FileDescriptor(rawValue: dirfd(stream))) }

    /// The next entry; `nil` at the end. Never `.` or `..`.
    public mutating func next() throws(Failure) -> DirectoryListing.Entry? {
        do throws(Errno) { return try nextEntry() } catch { throw Failure(directory: error, "reading", path) }
    }

    mutating func nextEntry() throws(Errno) -> DirectoryListing.Entry? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { return nil }
                throw .current
            }
            let bytes = UnsafeRawPointer(entry).advanced(by: Self.nameOffset).assumingMemoryBound(to: CChar.self)
            if bytes[0] == dot, bytes[1] == 0 || (bytes[1] == dot && bytes[2] == 0) { continue }
            guard let name = FilePath.Component(platformString: bytes) else { continue }
            return DirectoryListing.Entry(name: name, kind: Self.kind(of: entry.pointee.d_type))
        }
    }

    /// What stands under a name here, by the directory's descriptor; follows no link.
    /// - Returns: `nil` when it is gone.
    public func status(of name: FilePath.Component) throws(Failure) -> FileStatus? {
        let outcome = name.withPlatformString { FileStatus.look($0, in: dirfd(stream)) }
        return try FileStatus.look(outcome, path: path.appending(name))
    }

    private static let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name)!

    private static func kind(of type: UInt8) -> FileKind? {
        switch Int(type) {
        case Int(DT_UNKNOWN): nil
        case Int(DT_REG): .regular
        case Int(DT_DIR): .directory
        case Int(DT_LNK): .symlink
        default: .other
        }
    }
}

private let dot = CChar(UInt8(ascii: "."))
