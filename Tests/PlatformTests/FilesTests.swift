// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct FilesTests {
    let directory = TemporaryDirectory()

    private func code(_ path: FilePath) -> FailureCode? {
        do throws(Failure) {
            close(try Files.openRegular(path).rawValue)
            return nil
        } catch {
            return error.code
        }
    }

    @Test(.timeLimit(.minutes(5))) func `opens regular files only, and never waits for a FIFO`() throws {
        try directory("file").write("abc")
        mkdir(directory("dir").string, 0o755)
        symlink("file", directory("link").string)
        mkfifo(directory("fifo").string, 0o600)
        #expect(code(directory("file")) == nil)
        #expect(code(directory("dir")) == .sourceNotRegular)
        #expect(code(directory("link")) == .sourceNotRegular)
        #expect(code(directory("fifo")) == .sourceNotRegular)
        #expect(code(directory("none")) == .sourceGone)
        #expect(code("/dev/null") == .sourceNotRegular)
    }

    @Test(arguments: [0, 1, 65_537, 3_000_000]) func `a copy is equal`(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try directory("from").write(bytes)
        #expect(try Files.copy(from: directory("from"), to: directory("to")) == Int64(size))
        #expect(try directory("to").bytes() == bytes)
    }

    @Test func `a copy never replaces`() throws {
        try directory("from").write("new")
        try directory("to").write("old")
        #expect(throws: Failure.self) { try Files.copy(from: directory("from"), to: directory("to")) }
        #expect(try directory("to").bytes() == Array("old".utf8))
    }

    @Test func `a copy between file systems is equal`() throws {
        // /proc can neither share blocks nor copy in the kernel.
        let copied = try Files.copy(from: "/proc/self/maps", to: directory("to"))
        #expect(copied > 0)
        #expect(try FileIdentity.at(directory("to"))?.size == copied)
    }
}
