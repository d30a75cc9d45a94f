// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

struct SettingsFileTests {
    @Test func `a file linked into place is read, and its permissions are reported`() throws {
        let directory = TemporaryDirectory()
        try DurableFiles.replace(directory("real"), with: Array("a: 1\n".utf8), mode: 0o640)
        #expect(symlink(directory("real").string, directory("link").string) == 0)
        let file = try SettingsFile(directory("link"), atMost: 5)
        #expect(file.bytes == Array("a: 1\n".utf8))
        #expect(!file.isReadableByAll)
        #expect(chmod(directory("real").string, 0o644) == 0)
        #expect(try SettingsFile(directory("link"), atMost: 5).isReadableByAll)
    }

    @Test(.timeLimit(.minutes(5)))
    func `a FIFO, a directory, a device and a file that is too large are refused, without waiting`() throws {
        let directory = TemporaryDirectory()
        #expect(mkfifo(directory("fifo").string, 0o600) == 0)
        try DurableFiles.replace(directory("large"), with: [1, 2, 3], mode: 0o600)
        let paths: [FilePath] = [directory("fifo"), directory.path, "/dev/zero", directory("large"), directory("none")]
        for path in paths {
            let failure = try #require(throws: Failure.self) { try SettingsFile(path, atMost: 2) }
            #expect(failure.code == .configUnreadable)
            #expect(failure.message.hasPrefix(path.string))
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", true), ("UTC", true), ("Europe/Atlantis", false), ("Europe", false), ("zone.tab", false),
        ("", false),
        ("/etc/passwd", false), ("../zoneinfo/UTC", false), ("Europe//Berlin", false),
    ])
    func `a time zone is known by its file`(name: String, isKnown: Bool) {
        #expect(TimeZoneNames.knows(name) == isKnown)
    }

    @Test func `without tzdata no time zone can be checked`() {
        #expect(TimeZoneNames.knows("Europe/Berlin", in: "/nonexistent") == nil)
    }
}
