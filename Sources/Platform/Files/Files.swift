// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// Opening and copying files that other people put there.
public enum Files {
    /// Opens a regular file for reading. Follows no link at the end of `path`, never waits for a FIFO's other end, and
    /// no child inherits the descriptor. The caller closes it.
    /// - Throws: `source.gone` when nothing is there, `source.not_regular` for a link, directory, FIFO, socket or
    ///   device, `source.unreadable` when it may not be read.
    public static func openRegular(_ path: FilePath) throws(Failure) -> FileDescriptor {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let raw = path.withPlatformString { open($0, flags) }
        guard raw >= 0 else {
            switch Errno.current {
            case .noSuchFileOrDirectory, .notDirectory:
                throw Failure(.sourceGone, "\(Printable(path)) is not there", remedy: .reject)
            case .tooManySymbolicLinkLevels, .noSuchAddressOrDevice:
                throw notRegular(path)
            case .permissionDenied, .notPermitted:
                throw Failure(
                    .sourceUnreadable, "\(Printable(path)) may not be read",
                    hint: "give the user that this program runs as access to it", remedy: .hold(until: .surroundings))
            case let error:
                throw Failure(error, "opening", path)
            }
        }
        let descriptor = FileDescriptor(rawValue: raw)
        do throws(Failure) {
            guard try FileStatus.of(descriptor).kind == .regular else { throw notRegular(path) }
        } catch {
            close(raw)
            throw error
        }
        return descriptor
    }

    private static func notRegular(_ path: FilePath) -> Failure {
        Failure(
            .sourceNotRegular, "\(Printable(path)) is not a regular file", hint: "put the file itself there",
            remedy: .reject)
    }

    /// Copies the content of a regular file into a new one: by sharing blocks where the file system can, inside the
    /// kernel where that can, else through memory. Nothing is left at `target` when it throws. Not durable before
    /// ``DurableFiles/sync(file:)``.
    /// - Parameter mode: permission bits, before the umask.
    /// - Returns: bytes copied.
    /// - Throws: `system.io` when `target` exists, and what ``openRegular(_:)`` throws.
    @discardableResult
    public static func copy(from source: FilePath, to target: FilePath, mode: UInt16 = 0o666) throws(Failure) -> Int64 {
        let input = try openRegular(source)
        defer { close(input.rawValue) }
        let output = try Failure.translating("creating", target) {
            try FileDescriptor.open(
                target, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: FilePermissions(rawValue: CModeT(mode)))
        }
        do throws(Failure) {
            let copied = try copyContent(of: input, into: output, source, target)
            guard close(output.rawValue) == 0 else { throw Failure(.current, "writing", target) }
            return copied
        } catch {
            close(output.rawValue)
            _ = target.withPlatformString { unlink($0) }
            throw error
        }
    }

    private static func copyContent(
        of input: FileDescriptor, into output: FileDescriptor, _ source: FilePath, _ target: FilePath
    ) throws(Failure) -> Int64 {
        if clinux_clone(output.rawValue, input.rawValue) == 0 { return try FileStatus.of(output).identity.size }
        var offset: Int64 = 0
        while true {
            // `offset` is the position in both files: the output is written from its beginning, in order.
            let count = clinux_copy_file_range(input.rawValue, &offset, output.rawValue, nil, 1 << 30)
            if count > 0 { continue }
            if count < 0, Errno.current == .interrupted { continue }
            // Zero at the very start may come from a file system without this call (such as /proc): fall back to
            // reading.
            if count == 0, offset > 0 { return offset }
            if count < 0, [Errno.noSpace, .diskQuotaExceeded, .ioError].contains(.current) {
                throw Failure(.current, "writing", target)
            }
            return try copyThroughMemory(from: offset, of: input, into: output, source, target)
        }
    }

    private static func copyThroughMemory(
        from start: Int64, of input: FileDescriptor, into output: FileDescriptor, _ source: FilePath, _ target: FilePath
    ) throws(Failure) -> Int64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var offset = start
        while true {
            let count = try Failure.translating("reading", source) {
                try input.read(fromAbsoluteOffset: offset, into: buffer)
            }
            if count == 0 { return offset }
            _ = try Failure.translating("writing", target) {
                try output.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            offset += Int64(count)
        }
    }
}
