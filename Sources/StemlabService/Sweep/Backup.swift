// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// A copy of the service as it stands, made while it goes on: `stemlab.sqlite`, and `objects` with all that is stored.
///
/// What is erased from the service stays in it. Keep it no longer than 30 days, on an encrypted disk.
package enum Backup {
    /// What was copied.
    package struct Report: Hashable, Sendable {
        package var objects = 0
        package var bytes: Int64 = 0
    }

    /// - Parameter target: a directory that is not there yet.
    /// - Throws: with what was copied until then left behind.
    static func make(
        of store: Store, objects storage: any ObjectStorage, into target: FilePath
    ) async throws -> Report {
        try await BlockingPool.shared.run { () throws(Failure) in
            guard try DurableFiles.makeDirectory(target, mode: 0o700) else {
                throw Failure(
                    .systemIO, "\(Printable(target)) is there already", hint: "name a directory that is not",
                    remedy: .stop)
            }
        }
        let database = target.appending("stemlab.sqlite")
        try await store.copy(to: database)
        return try await BlockingPool.shared.run { () throws(Failure) in
            try restrict(database)
            let copies = try LocalStorage(target.appending("objects"))
            var report = Report()
            for key in try storage.keys() {
                // Removed since it was listed: the service goes on.
                guard let reader = try storage.read(key) else { continue }
                report.bytes += try copy(reader, to: copies.write(key, from: 0))
                report.objects += 1
            }
            return report
        }
    }

    private static func restrict(_ path: FilePath) throws(Failure) {
        let file = try Failure.translating("opening", path) { try FileDescriptor.open(path, .readOnly) }
        defer { file.closeQuietly() }
        if let error = Permissions.setMode(0o600, of: file) { throw Failure(error, "changing the mode of", path) }
        try DurableFiles.sync(file: path)
    }

    private static func copy(_ reader: any ObjectReader, to writer: any ObjectWriter) throws(Failure) -> Int64 {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while true {
            let count = try reader.read(at: offset, into: buffer)
            if count == 0 { break }
            try writer.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
        try writer.finish()
        return offset
    }
}
