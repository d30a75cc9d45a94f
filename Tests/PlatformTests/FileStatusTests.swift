// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct FileStatusTests {
    let directory = TemporaryDirectory()

    @Test func `reports what is there, and never follows a link`() throws {
        try directory("file").write("abc")
        mkdir(directory("dir").string, 0o755)
        symlink("file", directory("link").string)
        mkfifo(directory("fifo").string, 0o600)
        let kinds = try ["file", "dir", "link", "fifo"].map { try FileStatus.at(directory($0))?.kind }
        #expect(kinds == [.regular, .directory, .symlink, .other])
    }

    @Test func `nothing there is nil, also below a file`() throws {
        try directory("file").write("abc")
        #expect(try FileStatus.at(directory("none")) == nil)
        #expect(try FileStatus.at(directory("file").appending("below")) == nil)
    }

    @Test func `a status that cannot be read is an error`() {
        let tooLong = directory(String(repeating: "x", count: 256))
        #expect(throws: Failure.self) { try FileStatus.at(tooLong) }
    }

    @Test func `names are bytes: 0xFF and the two forms of é are different files`() throws {
        let names: [[UInt8]] = [[0x66, 0xFF], Array("café".utf8), Array("cafe\u{301}".utf8)]
        for name in names { try directory(bytes: name).write("x") }
        let listed = try DirectoryListing.entries(of: directory.path).map { Array(bytes: $0.name) }
        #expect(Set(listed) == Set(names))
        for name in names { #expect(try FileStatus.at(directory(bytes: name)) != nil) }
    }

    @Test func `a write changes the identity, a link its count`() throws {
        let file = directory("file")
        try file.write("abc")
        let before = try #require(try FileStatus.at(file))
        #expect(before.identity.size == 3 && before.links == 1)
        try file.write("abcd")
        #expect(try FileIdentity.at(file) != before.identity)
        link(file.string, directory("other").string)
        #expect(try FileStatus.at(file)?.links == 2)
    }
}
