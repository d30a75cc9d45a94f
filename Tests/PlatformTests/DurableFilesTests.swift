// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import TestKit
import Testing

@testable import Platform

@Suite struct DurableFilesTests {
    let directory = TemporaryDirectory()
    private func names() throws -> [String] {
        try DirectoryListing.entries(of: directory.path).map(\.name.string).sorted()
    }

    @Test func `replaces content and mode, and leaves nothing else`() throws {
        let file = directory("file")
        try file.write("old")
        try DurableFiles.replace(file, with: Array("new".utf8), mode: 0o664)
        #expect(try file.bytes() == Array("new".utf8))
        #expect(try FileStatus.at(file)?.mode == 0o664)
        #expect(try names() == ["file"])
    }

    @Test func `a replacement that fails leaves the old content and nothing else`() throws {
        mkdir(directory("dir").string, 0o755)
        #expect(throws: Failure.self) { try DurableFiles.replace(directory("dir"), with: [1]) }
        #expect(try names() == ["dir"])
    }

    @Test func `leftovers of a killed writer are removed, other files stay`() throws {
        try directory(".stemwatch-1-1.tmp").write("x")
        try directory(".stemwatch.yaml").write("x")
        #expect(try Temporaries.removeLeftovers(in: directory.path) == 1)
        #expect(try names() == [".stemwatch.yaml"])
    }

    typealias Rename = @Sendable (FilePath, FilePath) throws -> Bool
    static let renames: [(String, Rename)] = [
        ("renameat2", { try DurableFiles.renameWithoutReplacing($0, $1) }),
        ("in steps", { try DurableFiles.renameInSteps($0, $1) }),
    ]

    @Test(arguments: renames.indices) func `a rename moves, and never replaces`(way: Int) throws {
        let rename = Self.renames[way].1
        for kind in ["file", "dir"] {
            let from = directory(kind + "-from"), to = directory(kind + "-to")
            if kind == "file" { try from.write("x") } else { mkdir(from.string, 0o755) }
            #expect(try rename(from, to))
            #expect(try FileStatus.at(from) == nil && FileStatus.at(to) != nil)
        }
        try directory("new").write("new")
        try directory("old").write("old")
        #expect(try rename(directory("new"), directory("old")) == false)
        #expect(try directory("old").bytes() == Array("old".utf8))
        mkdir(directory("new-dir").string, 0o755)
        #expect(try rename(directory("new-dir"), directory("dir-to")) == false)
        #expect(try rename(directory("new-dir"), directory("old")) == false)
    }

    @Test func `makes missing parents, and returns the directories it made`() throws {
        #expect(
            try DurableFiles.makeDirectories(directory("a/b/c")) == [
                directory("a"), directory("a/b"), directory("a/b/c"),
            ])
        #expect(try DurableFiles.makeDirectories(directory("a/b/d")) == [directory("a/b/d")])
        #expect(try DurableFiles.makeDirectory(directory("a")) == false)
        try directory("file").write("x")
        #expect(throws: Failure.self) { try DurableFiles.makeDirectory(directory("file")) }
    }

    @Test func `removes a tree without following links`() throws {
        try DurableFiles.makeDirectories(directory("tree/below"))
        try directory("kept").write("x")
        symlink("../kept", directory("tree/link").string)
        try directory("tree/below/file").write("x")
        try DurableFiles.removeTree(directory("tree"))
        try DurableFiles.removeTree(directory("tree"))
        #expect(try names() == ["kept"])
    }
}
