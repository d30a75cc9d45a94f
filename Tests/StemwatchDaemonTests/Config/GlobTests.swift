// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

@Suite struct GlobTests {
    @Test(arguments: [
        ("*", "anything", true), ("*.part", "x.wav.part", true), ("*.part", "x.part.wav", false),
        ("*.PART", "x.part", true), ("thumbs.db", "THUMBS.DB", true), ("~$*", "~$mix.wav", true),
        ("._*", "._x.wav", true), (".*", ".hidden", true), (".*", "x.hidden", false),
        ("?.wav", "é.wav", true), ("?.wav", "ab.wav", false), ("??", "é", false),
        ("[a-c]*", "bass", true), ("[a-c]*", "Bass", true), ("[!a-c]*", "drums", true), ("[!a-c]*", "bass", false),
        ("[à-ü]x", "éx", true), ("[]]", "]", true), ("[^x]", "y", true), ("[a-]", "-", true),
        ("\\*.wav", "*.wav", true), ("\\*.wav", "a.wav", false), ("a*b*c", "aXbXbXc", true), ("a*b*c", "aXbX", false),
        ("**x", "x", true), ("*.~tmp~", ".~tmp~", true), ("a\\", "a\\", true),
    ]) func `matches as a shell does`(pattern: String, name: String, matches: Bool) throws {
        let name = try #require(FilePath.Component(name))
        #expect(try Glob(pattern).matches(name) == matches)
    }

    @Test func `a byte that is not part of a character matches as one character`() throws {
        let name: [CChar] = [0x61, CChar(bitPattern: 0xFF), 0x2E, 0x77, 0]
        let component = try #require(FilePath.Component(platformString: name))
        #expect(try Glob("a?.w").matches(component))
        #expect(try Glob("a[!z].w").matches(component))
        #expect(try !Glob("a??.w").matches(component))
    }

    @Test func `a long run of stars is fast`() throws {
        let pattern = try Glob(String(repeating: "*a", count: 30) + "b")
        let name = try #require(FilePath.Component(String(repeating: "a", count: 250)))
        #expect(!pattern.matches(name))
    }

    @Test(arguments: ["", "a/b", "[abc"]) func `refuses invalid patterns`(pattern: String) {
        #expect { _ = try Glob(pattern) } throws: { ($0 as? Failure)?.code == .configInvalid }
    }
}
