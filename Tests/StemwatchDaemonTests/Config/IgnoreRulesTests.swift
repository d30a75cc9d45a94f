// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

@Suite struct IgnoreRulesTests {
    let rules = IgnoreRules()

    @Test(arguments: [
        "song.wav", "SONG.WAV", "a.b.flac", "mix.AIFF", "x.aif", "x.aifc", "x.caf", "x.au", "x.snd", "x.ogg", "x.oga",
        "x.opus", "x.mp3", "x.w64", "x.rf64", "x.bwf", "x.wave", "Song (final).wav", "100% #1.wav",
    ]) func `takes audio`(name: String) throws {
        #expect(rules.verdict(file: try #require(FilePath.Component(name))) == .watched)
    }

    @Test(arguments: [
        // paperless and Synology: files with an audio extension that are not songs.
        ("._x.wav", "._*"), (".x.wav", ".*"), ("~$x.wav", "~$*"), (".syncthing.x.wav.tmp", ".*"),
        ("~syncthing~x.wav", "~syncthing~*"), (".nfs0001.wav", ".*"), (".goutputstream-ABC.wav", ".*"),
        // Temporary names of programs that move files.
        ("x.wav.part", "*.part"), ("x.wav.crdownload", "*.crdownload"), ("x.wav.filepart", "*.filepart"),
        ("x.wav.!qB", "*.!qB"), ("x.wav.tmp", "*.tmp"), (".x.wav.AbC123", ".*"), ("x.wav.swp", "*.swp"),
        ("Thumbs.db", "Thumbs.db"), ("DESKTOP.INI", "desktop.ini"),
        ("x.wav.asd", "*.asd"), ("x.wav.reapeaks", "*.reapeaks"), ("x.pkf", "*.pkf"),
        ("readme.txt", "the audio extensions"), ("wav", "the audio extensions"), ("x.", "the audio extensions"),
        ("x.wav ", "the audio extensions"),
    ]) func `leaves other files alone, and names the rule`(name: String, rule: String) throws {
        guard case .ignored(let by) = rules.verdict(file: try #require(FilePath.Component(name))) else {
            Issue.record("\(name) is watched")
            return
        }
        // `.*` and `._*` both fit some of these.
        #expect(by.hasPrefix(rule) || by == ".* (built in)", "\(by)")
    }

    @Test(arguments: [
        "@eaDir", "@SynoEAStream", "#recycle", "#snapshot", ".@__thumb", "__MACOSX", ".AppleDouble", ".TemporaryItems",
        ".Spotlight-V100", ".Trashes", ".stversions", ".stfolder", ".~tmp~", ".sync", ".zfs", ".snapshot", "lost+found",
        "_UNPACK_Album", "_FAILED_Album", ".anything",
    ]) func `enters none of these directories`(name: String) throws {
        #expect(rules.verdict(directory: try #require(FilePath.Component(name))) != .watched)
        #expect(rules.verdict(path: FilePath("Artist").appending(name).appending("song.wav")) != .watched)
    }

    @Test func `the first ignored directory on the way decides`() {
        #expect(
            rules.verdict(path: "a/@eaDir/b/song.wav")
                == .ignored(by: "@eaDir (built in), at the directory a/@eaDir"))
        #expect(rules.verdict(path: "a/b/song.wav") == .watched)
    }

    @Test func `the user's patterns are added to the built-in ones`() throws {
        let rules = try IgnoreRules(ignoring: ["*draft*", "Old Bounces/"])
        #expect(rules.verdict(path: "My Draft.wav") == .ignored(by: "*draft* (configured)"))
        #expect(rules.verdict(path: "drafts/a.wav") != .watched)
        #expect(rules.verdict(path: "old bounces/a.wav") != .watched)
        #expect(rules.verdict(path: "old bounces.wav") == .watched)
        #expect(rules.verdict(path: "@eaDir/a.wav") != .watched)
    }

    @Test func `the user's extensions replace the built-in ones`() throws {
        let rules = try IgnoreRules(extensions: [".WAV", "m4a"], ignoring: [])
        #expect(rules.verdict(path: "a.wav") == .watched && rules.verdict(path: "a.M4A") == .watched)
        #expect(rules.verdict(path: "a.flac") == .ignored(by: "the audio extensions: WAV m4a"))
    }
}
