// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

@testable import StemlabService

/// Storage that tells who reads, and lets nobody read until it is opened if it is held.
final class WatchedStorage: ObjectStorage {
    private let storage: LocalStorage
    private let latch: (readEnd: FileDescriptor, writeEnd: FileDescriptor)?
    private let counts = Mutex((begun: 0, open: 0))
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(_ root: FilePath, isHeld: Bool = false) throws {
        storage = try LocalStorage(root)
        latch = isHeld ? try FileDescriptor.pipe() : nil
        (arrivals, arrived) = AsyncStream.makeStream()
    }

    deinit {
        latch?.readEnd.closeQuietly()
        latch?.writeEnd.closeQuietly()
    }

    /// How often somebody has begun to read an object.
    var readings: Int { counts.withLock { $0.begun } }
    /// Objects that are open for reading.
    var openReaders: Int { counts.withLock { $0.open } }

    /// Returns once somebody has begun to read since the last call.
    func arrival() async { for await _ in arrivals { break } }
    /// Lets so many read.
    func open(_ times: Int) throws { _ = try latch?.writeEnd.writeAll([UInt8](repeating: 1, count: times)) }

    func read(_ key: ObjectKey) throws(Failure) -> (any ObjectReader)? {
        guard let reader = try storage.read(key) else { return nil }
        return WatchedReader(reader, self)
    }

    func count(_ change: Int) { counts.withLock { $0.open += change } }

    func pass() throws(Failure) {
        counts.withLock { $0.begun += 1 }
        arrived.yield()
        guard let latch else { return }
        do {
            var byte: UInt8 = 0
            _ = try withUnsafeMutableBytes(of: &byte) { space in try latch.readEnd.read(into: space) }
        } catch {
            throw Failure(.systemIO, "the latch is broken", remedy: .stop)
        }
    }

    func write(_ key: ObjectKey, from offset: Int64) throws(Failure) -> any ObjectWriter {
        try storage.write(key, from: offset)
    }
    func adopt(_ files: [(path: FilePath, key: ObjectKey)]) throws(Failure) { try storage.adopt(files) }
    func lend(_ key: ObjectKey, at path: FilePath) throws(Failure) { try storage.lend(key, at: path) }
    func remove(_ key: ObjectKey) throws(Failure) { try storage.remove(key) }
    func keys() throws(Failure) -> [ObjectKey] { try storage.keys() }
    func room() throws(Failure) -> Int64 { try storage.room() }
}

private final class WatchedReader: ObjectReader {
    private let reader: any ObjectReader
    private let storage: WatchedStorage

    init(_ reader: any ObjectReader, _ storage: WatchedStorage) {
        self.reader = reader
        self.storage = storage
        storage.count(1)
    }

    deinit { storage.count(-1) }

    var length: Int64 { reader.length }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        if offset == 0 { try storage.pass() }
        return try reader.read(at: offset, into: buffer)
    }
}
