// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct FileSystemStatusTests {
    @Test func `a local directory is local and has free space`() throws {
        let directory = TemporaryDirectory()
        let status = try FileSystemStatus.at(directory.path)
        #expect(!status.isRemote && !status.readOnly && status.availableBytes > 0)
        #expect(status.device == (try FileStatus.at(directory.path)?.identity.device))
    }

    @Test func `kinds have names`() throws {
        #expect(try FileSystemStatus.at("/dev/shm").kind == "tmpfs")
        #expect(throws: Failure.self) { try FileSystemStatus.at("/nowhere") }
    }
}
