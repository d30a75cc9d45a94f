// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The files of a ledger in its state directory.
struct LedgerFiles {
    let directory: FilePath
    var ledger: FilePath { directory.appending("ledger.jsonl") }
    private var lockFile: FilePath { directory.appending("lock") }

    /// Makes the state directory (0700) if it is missing; its parent must exist: what it is below may not be mounted.
    func make() throws(Failure) { _ = try DurableFiles.makeDirectory(directory, mode: 0o700) }

    /// Locks the ledger for this process.
    /// - Throws: `ledger.locked`, naming who holds it.
    func lock() throws(Failure) -> FileLock {
        guard let lock = try FileLock.takeOver(lockFile) else {
            let holder = FileLock.signature(lockFile).map { "process \($0)" } ?? "another process"
            throw Failure(
                .ledgerLocked, "\(holder) is using \(Printable(directory))",
                hint: "stop it first, or give this one a state_dir of its own", remedy: .stop)
        }
        try lock.sign()
        return lock
    }

    /// A name beside the ledger that is not taken, such as `ledger.torn-20261123T080000.123Z`.
    func aside(_ what: String, _ now: WallTime) throws(Failure) -> FilePath {
        let base = "ledger.\(what)-\(now.fileNameText)"
        var path = directory.appending(base)
        var number = 1
        while try FileStatus.at(path) != nil {
            number += 1
            path = directory.appending("\(base)-\(number)")
        }
        return path
    }

    /// Opens the ledger for reading; `nil`: there is none yet.
    func openForReading() throws(Failure) -> FileDescriptor? {
        guard try FileStatus.at(ledger) != nil else { return nil }
        return try Files.openRegular(ledger)
    }

    /// Copies a stretch of the ledger into a new file beside it, durably.
    func setAside(
        _ ranges: [Range<Int64>], of descriptor: FileDescriptor, as what: String, _ now: WallTime, calls: FileCalls
    ) throws(Failure) -> FilePath {
        let path = try aside(what, now)
        var file = try ReplacementFile(for: path, calls: calls)
        for range in ranges { try copy(range, of: descriptor) { (bytes) throws(Failure) in try file.append(bytes) } }
        try file.publish()
        return path
    }

    /// Hands out a stretch of the ledger piece by piece.
    func copy(
        _ range: Range<Int64>, of descriptor: FileDescriptor, _ body: (ArraySlice<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = Int(min(Int64(buffer.count), range.upperBound - offset))
            let count = try Failure.translating("reading", ledger) {
                try buffer.withUnsafeMutableBytes {
                    try descriptor.read(
                        fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<wanted]))
                }
            }
            guard count > 0 else { throw Failure(.ioError, "reading", ledger) }
            try body(buffer[..<count])
            offset += Int64(count)
        }
    }
}
