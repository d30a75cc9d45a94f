// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// A file that is written piece by piece and then replaces another in one step. At every moment, either the old file or
/// the new one is there, complete.
public struct ReplacementFile: ~Copyable {
    private let target: FilePath
    private let temporary: FilePath
    private let descriptor: FileDescriptor
    private let calls: FileCalls
    private var buffer: [UInt8] = []
    /// The rename is done and cannot be undone.
    public private(set) var isPublished = false
    /// Bytes appended so far.
    public private(set) var size: Int64 = 0

    /// - Parameters:
    ///   - target: what ``publish()`` replaces; need not exist.
    ///   - mode: permission bits, exactly.
    public init(for target: FilePath, mode: UInt16 = 0o600, calls: FileCalls = .live) throws(Failure) {
        self.target = target
        self.calls = calls
        (descriptor, temporary) = try Temporaries.create(in: target.removingLastComponent(), mode: mode)
    }

    deinit {
        close(descriptor.rawValue)
        if !isPublished { _ = temporary.withPlatformString { unlink($0) } }
    }

    public mutating func append(_ bytes: some Collection<UInt8>) throws(Failure) {
        buffer.append(contentsOf: bytes)
        size += Int64(bytes.count)
        if buffer.count >= 1 << 18 { try flush() }
    }

    /// Makes what was appended so far durable, so that ``publish()`` has little left to wait for.
    public mutating func sync() throws(Failure) {
        try flush()
        if let error = calls.sync(descriptor) { throw Failure(error, "making durable", temporary) }
    }

    /// The same file, open for appending after it is published. The caller closes it.
    public func openForAppending() throws(Failure) -> FileDescriptor {
        try Failure.translating("opening", temporary) {
            try FileDescriptor.open(temporary, .readWrite, options: [.append, .noFollow, .closeOnExec])
        }
    }

    /// Makes the content durable, renames the file over the target, and makes the rename durable too.
    ///
    /// A failure before the last step leaves the old file. After a failure in the last step it is not known which of
    /// the two files a power cut would leave.
    public mutating func publish() throws(Failure) {
        try sync()
        if let error = calls.rename(temporary, target) { throw Failure(error, "replacing", target) }
        isPublished = true
        try DurableFiles.sync(directory: target.removingLastComponent())
    }

    private mutating func flush() throws(Failure) {
        var written = 0
        while written < buffer.count {
            let result = buffer[written...].withUnsafeBytes { calls.write(descriptor, $0) }
            switch result {
            case .success(let count) where count > 0: written += count
            case .failure(.interrupted): continue
            case .success: throw Failure(.ioError, "writing", temporary)
            case .failure(let error): throw Failure(error, "writing", temporary)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
