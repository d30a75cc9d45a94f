// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct OpenDirectoryTests {
    let directory = TemporaryDirectory()

    private func code(_ work: () throws(Failure) -> Void) -> FailureCode? {
        do throws(Failure) { try work() } catch { return error.code }
        return nil
    }

    @Test func `a missing directory, or something else, cannot be opened`() throws {
        try directory("file").write("x")
        #expect(code { () throws(Failure) in _ = try OpenDirectory(directory("none")) } == .outputUnwritable)
        #expect(code { () throws(Failure) in _ = try OpenDirectory(directory("file")) } == .outputUnwritable)
    }

    @Test func `a name below is opened, absent, or in the way`() throws {
        let open = try OpenDirectory(directory.path)
        #expect(try open.makeDirectory("sub"))
        #expect(try !open.makeDirectory("sub"))
        try directory("file").write("x")
        symlink("sub", directory("link").string)
        guard let sub = try open.directory("sub") else {
            Issue.record("sub is not there")
            return
        }
        let path = sub.path
        #expect(path == directory("sub"))
        guard case nil = try open.directory("none") else {
            Issue.record("none is there")
            return
        }
        #expect(code { () throws(Failure) in _ = try open.directory("file") } == .outputName)
        #expect(code { () throws(Failure) in _ = try open.directory("link") } == .outputName)
    }

    /// This is why the directory is held open.
    @Test func `operations stay inside it when its name is replaced by a link`() throws {
        mkdir(directory("real").string, 0o755)
        mkdir(directory("trap").string, 0o755)
        let open = try OpenDirectory(directory("real"))
        rename(directory("real").string, directory("moved").string)
        symlink("trap", directory("real").string)
        try open.write([1], to: "file")
        #expect(try directory("moved/file").bytes() == [1])
        #expect(try DirectoryListing.entries(of: directory("trap")).isEmpty)
    }

    @Test func `only regular files are opened, without waiting`() throws {
        let open = try OpenDirectory(directory.path)
        mkfifo(directory("fifo").string, 0o644)
        symlink("/etc/passwd", directory("link").string)
        try open.makeDirectory("sub")
        for name in ["fifo", "link", "sub", "none"] as [FilePath.Component] {
            #expect(try open.contents(of: name, limit: 10) == nil)
        }
        try open.write([1, 2, 3], to: "file")
        #expect(try open.contents(of: "file", limit: 3) == [1, 2, 3])
        #expect(try open.contents(of: "file", limit: 2) == nil)
        #expect(code { () throws(Failure) in try open.write([4], to: "file") } == .systemIO)
    }

    @Test func `a rename never replaces`() throws {
        let open = try OpenDirectory(directory.path)
        try open.write([1], to: "a")
        try open.write([2], to: "b")
        try open.makeDirectory("c")
        try open.makeDirectory("d")
        #expect(try open.rename("a", to: open, as: "b") == .taken)
        #expect(try open.rename("c", to: open, as: "d") == .taken)
        #expect(try open.rename("c", to: open, as: "b") == .taken)
        #expect(try open.rename("a", to: open, as: "e") == .done)
        try open.renameReplacing("e", to: open, as: "b")
        #expect(try open.contents(of: "b", limit: 9) == [1])
    }

    @Test(.enabled(if: SharedMemory.isApart)) func `a rename to another file system is refused as such`() throws {
        let apart = try SharedMemory()
        let open = try OpenDirectory(directory.path)
        try open.write([1], to: "a")
        #expect(try open.rename("a", to: OpenDirectory(apart.path), as: "a") == .otherFileSystem)
    }

    @Test func `a tree is removed without following its links`() throws {
        mkdir(directory("outside").string, 0o755)
        try directory("outside/precious").write("x")
        mkdir(directory("tree").string, 0o755)
        mkdir(directory("tree/deep").string, 0o755)
        try directory("tree/deep/file").write("x")
        symlink("../../outside", directory("tree/deep/link").string)
        symlink("outside", directory("link").string)
        let open = try OpenDirectory(directory.path)
        #expect(try !open.removeEmptyDirectory("tree"))
        for name in ["tree", "link", "none"] as [FilePath.Component] { try open.removeTree(name) }
        #expect(try open.names() == ["outside"])
        #expect(try directory("outside/precious").bytes() == Array("x".utf8))
    }

    @Test func `every name is listed, as bytes, in every listing`() throws {
        try directory(bytes: [0xFF, 0x0A]).write("x")
        try directory(".hidden").write("x")
        let open = try OpenDirectory(directory.path)
        for _ in 0..<2 {
            #expect(try Set(open.names().map { [UInt8](bytes: $0) }) == [[0xFF, 0x0A], Array(".hidden".utf8)])
        }
    }

    @Test func `a file is linked in, and a taken name is refused`() throws {
        let open = try OpenDirectory(directory.path)
        try directory("a").write("a")
        try directory("b").write("b")
        try open.adopt(directory("a"), as: "c")
        #expect(try directory("c").bytes() == Array("a".utf8))
        #expect(code { () throws(Failure) in try open.adopt(directory("a"), as: "b") } != nil)
        #expect(try directory("b").bytes() == Array("b".utf8))
    }

    @Test func `groups by name and number`() {
        #expect(Permissions.group("root") == 0)
        #expect(Permissions.group("4711") == 4711)
        #expect(Permissions.group("no such group") == nil)
    }
}
