// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite struct StorageTests {
    private static let upload = ObjectKey.upload("upl_00000000000000000000000001")
    private static let stem = ObjectKey.stem("job_00000000000000000000000001", .vocals)

    private func write(_ bytes: [UInt8], to key: ObjectKey, from offset: Int64, in storage: LocalStorage) throws {
        let writer = try storage.write(key, from: offset)
        try bytes.withUnsafeBytes { bytes in Result { () throws(Failure) in try writer.write(bytes) } }.get()
        try writer.finish()
    }

    private func content(_ key: ObjectKey, in storage: LocalStorage) throws -> [UInt8]? {
        guard let reader = try storage.read(key) else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(reader.length) + 1)
        let count = try bytes.withUnsafeMutableBytes { space in
            Result { () throws(Failure) in try reader.read(at: 0, into: space) }
        }.get()
        return Array(bytes.prefix(count))
    }

    @Test func `an object is written from where it stands, cut off behind that, and read back`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        #expect(try storage.read(Self.upload) == nil)
        try write(Array("hello".utf8), to: Self.upload, from: 0, in: storage)
        try write(Array("p!".utf8), to: Self.upload, from: 3, in: storage)
        #expect(try content(Self.upload, in: storage) == Array("help!".utf8))
        try write(Array("y".utf8), to: Self.upload, from: 0, in: storage)
        #expect(try content(Self.upload, in: storage) == Array("y".utf8))
        #expect(throws: Failure.self) { try storage.write(Self.upload, from: 2) }
        #expect(try storage.length(of: Self.upload) == 1)
    }

    @Test func `objects are closed to other users, and named by ids alone`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        try write([1], to: Self.upload, from: 0, in: storage)
        try write([2], to: Self.stem, from: 0, in: storage)
        let upload = directory("objects/uploads/upl_00000000000000000000000001")
        let stem = directory("objects/stems/job_00000000000000000000000001/vocals")
        for path in [upload, stem] { #expect(try FileStatus.at(path)?.mode == 0o600) }
        for path in [upload, stem] { #expect(try FileStatus.at(path.removingLastComponent())?.mode == 0o700) }
        #expect(try Set(storage.keys()) == [Self.upload, Self.stem])
    }

    @Test func `a finished file is taken over in place of what was there, and gone from where it was`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        try write([9, 9, 9], to: Self.stem, from: 0, in: storage)
        try directory("new.wav").write([1, 2])
        try storage.adopt([(directory("new.wav"), Self.stem)])
        #expect(try content(Self.stem, in: storage) == [1, 2])
        #expect(try FileStatus.at(directory("new.wav")) == nil)
    }

    @Test func `what is lent is there under another name, also after the object was removed`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        try write([1, 2, 3], to: Self.upload, from: 0, in: storage)
        try storage.lend(Self.upload, at: directory("lent"))
        try storage.remove(Self.upload)
        #expect(try directory("lent").bytes() == [1, 2, 3])
        #expect(throws: Failure.self) { try storage.lend(Self.upload, at: directory("again")) }
    }

    @Test func `removing is final, also for what is not there, and leaves no empty directory`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        try write([1], to: Self.stem, from: 0, in: storage)
        for _ in 1...2 {
            try storage.remove(Self.stem)
            try storage.remove(Self.upload)
        }
        #expect(try storage.keys().isEmpty)
        #expect(try DirectoryListing.entries(of: directory("objects/stems")).isEmpty)
    }

    @Test func `a link that somebody put in an object's place is not followed`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        try directory("secret").write([7])
        directory("secret").link(as: directory("objects/uploads/upl_00000000000000000000000001"))
        #expect(throws: Failure.self) { try storage.read(Self.upload) }
        #expect(throws: Failure.self) { try storage.write(Self.upload, from: 0) }
        #expect(try directory("secret").bytes() == [7])
    }

    @Test func `a digest is of the whole object`() throws {
        let directory = TemporaryDirectory()
        let storage = try LocalStorage(directory("objects"))
        #expect(try ObjectDigest.of(Self.upload, in: storage) == nil)
        try write(Array("abc".utf8), to: Self.upload, from: 0, in: storage)
        let digest = try ObjectDigest.of(Self.upload, in: storage)
        // FIPS 180-2, appendix B.1.
        #expect(digest?.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(digest?.length == 3)
    }
}
