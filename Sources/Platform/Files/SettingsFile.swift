// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// A small file that a person wrote for this program: a configuration, a token.
///
/// Follows links, since such files are often linked into place. Refuses a FIFO or a device without waiting for it.
public struct SettingsFile: Sendable {
    public let bytes: [UInt8]
    /// Whether its permissions let every user of the machine read it.
    public let isReadableByAll: Bool

    /// - Parameters:
    ///   - limit: bytes.
    ///   - advice: the hint when the file does not exist.
    /// - Throws: `config.unreadable` when it is not there, is no regular file, is larger than `limit` or cannot be
    ///   read.
    public init(_ path: FilePath, atMost limit: Int, whenMissing advice: String = "check the path") throws(Failure) {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw Self.unreadable(path, errno, whenMissing: advice) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(
                .configUnreadable, "\(Printable(path)) is not a file", hint: "name a regular file", remedy: .stop)
        }
        // One byte more than allowed, to know that there is more.
        do { bytes = try FileDescriptor(rawValue: descriptor).readToEnd(atMost: limit + 1) } catch {
            throw Self.unreadable(path, (error as? Errno)?.rawValue ?? EIO)
        }
        guard bytes.count <= limit else {
            throw Failure(
                .configUnreadable, "\(Printable(path)) is larger than the \(limit) bytes allowed",
                hint: "is it the right file?",
                remedy: .stop)
        }
        isReadableByAll = status.st_mode & S_IROTH != 0
    }

    private static func unreadable(_ path: FilePath, _ code: Int32, whenMissing advice: String = "check the path")
        -> Failure
    {
        let hint: String? =
            switch code {
            case ENOENT, ENOTDIR: advice
            case EACCES, EPERM: "let the user that this program runs as read it"
            default: nil
            }
        return Failure(
            .configUnreadable, "\(Printable(path)) cannot be read: \(String(cString: strerror(code)))", hint: hint,
            remedy: .stop)
    }
}
