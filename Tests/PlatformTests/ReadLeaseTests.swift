// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct ReadLeaseTests {
    let directory = TemporaryDirectory()

    @Test func `a lease distinguishes a file being written from one that is not`() throws {
        try directory("song").write("x")
        let reader = try Files.openRegular(directory("song"))
        defer { close(reader.rawValue) }
        #expect(ReadLease.isBeingWritten(reader) == false)
        let writer = try FileDescriptor.open(directory("song"), .writeOnly)
        #expect(ReadLease.isBeingWritten(reader) == true)
        try writer.close()
        #expect(ReadLease.isBeingWritten(reader) == false)
    }

    @Test func `where no lease can be taken, the result is unknown`() throws {
        // A directory has no leases: the kernel answers as it does on a file system without them.
        let descriptor = try FileDescriptor.open(directory.path, .readOnly)
        #expect(ReadLease.isBeingWritten(descriptor) == nil)
        try descriptor.close()
    }
}
