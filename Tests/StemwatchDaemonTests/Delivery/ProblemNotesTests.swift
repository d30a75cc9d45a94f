// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Notes in the output folder, for people with access only to a share.
@Suite struct ProblemNotesTests {
    let scene: DeliveryScene
    let incomplete = Failure(
        .audioIncomplete, "12.3 s of 187 s are there", hint: "copy it again", remedy: .reject)

    init() throws { scene = try DeliveryScene() }

    private var notes: ProblemNotes { ProblemNotes(scene.settings, watched: scene.inbox) }
    private func key(_ path: FilePath, _ folder: String = "inbox") -> FileKey {
        FileKey(folder: FolderName(rawValue: folder), path: path)
    }
    @discardableResult
    private func write(_ path: FilePath, _ kind: ProblemNote.Kind = .rejected) async throws -> FilePath? {
        try await notes.write(kind, incomplete, about: key(path), at: scene.inbox.appending(path.string))
    }
    private func files() throws -> [String] { try scene.files(below: scene.output) }

    @Test func `a note describes the problem and what to do, and is removed when it is solved`() async throws {
        let file = try #require(try await write("Artist/Song's.wav"))
        #expect(try files() == ["Artist/Song's.problem.txt"])
        let text = String(decoding: try file.bytes(), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "No stems for “Song's.wav”.")
        #expect(lines[2] == "The file stops before the song does: copying or exporting it did not finish.")
        #expect(lines[4].hasPrefix("Copy or export it into the folder again"))
        #expect(text.contains("audio.incomplete (rejected): 12.3 s of 187 s are there"))
        #expect(text.contains("stemwatch why '\(scene.inbox)/Artist/Song'\\''s.wav'"))
        #expect(!text.utf8.contains(0x0D) && text.hasSuffix("--\n"))
        try await notes.clear(key("Artist/Song's.wav"))
        #expect(try files() == ["Artist/"])
    }

    @Test func `a note is replaced by the next one, and written once`() async throws {
        let file = try #require(try await write("song.wav"))
        let first = try FileIdentity.at(file)
        #expect(try await write("song.wav") == file)
        #expect(try FileIdentity.at(file) == first, "the same note is left as it is")
        #expect(try await write("song.wav", .failed) == file)
        #expect(String(decoding: try file.bytes(), as: UTF8.self).contains("(failed)"))
        #expect(try files() == ["song.problem.txt"])
    }

    /// Names must not collide.
    @Test func `two songs with one name have a note each`() async throws {
        try await write("song.wav")
        try await write("song.flac")
        try await write("song.mp3")
        #expect(try files() == ["song.flac.problem.txt", "song.mp3.problem.txt", "song.problem.txt"])
        try await notes.clear(key("song.wav"))
        try await write("song.flac", .failed)
        #expect(try files() == ["song.flac.problem.txt", "song.mp3.problem.txt"], "each keeps the name it has")
        try await notes.clear(key("song.mp3"))
        try await notes.clear(key("song.flac"))
        #expect(try files() == [""])
    }

    @Test func `a file of another program is neither replaced nor removed`() async throws {
        try DurableFiles.makeDirectory(scene.output)
        try scene.output.appending("song.problem.txt").write("my own list of problems")
        try scene.output.appending("song.wav.problem.txt").write("")
        try await write("song.wav")
        #expect(
            try files() == ["song.problem.txt", "song.wav (2).problem.txt", "song.wav.problem.txt"])
        try await notes.clear(key("song.wav"))
        #expect(try files() == ["song.problem.txt", "song.wav.problem.txt"])
        try await notes.clear(key("song.wav"))
        #expect(try scene.output.appending("song.problem.txt").bytes() == Array("my own list of problems".utf8))
    }

    @Test func `an edited note is still recognised, that of another folder is not`() async throws {
        let file = try #require(try await write("song.wav"))
        try file.write("I exported it again! – Kim\r\n" + String(decoding: file.bytes(), as: UTF8.self) + "\r\n\n")
        try await notes.clear(key("song.wav", "other"))
        #expect(try files() == ["song.problem.txt"])
        try await notes.clear(key("song.wav"))
        #expect(try files() == [""])
    }

    @Test func `a link with a note's name is not followed`() async throws {
        let file = try #require(try await write("song.wav"))
        let elsewhere = scene.directory("elsewhere")
        try FileSystem.rename(file, to: elsewhere)
        try FileSystem.link(to: elsewhere, at: file)
        let before = try elsewhere.bytes()
        try await write("song.wav", .failed)
        try await notes.clear(key("song.wav"))
        #expect(try elsewhere.bytes() == before)
        #expect(try files() == ["song.problem.txt"])
    }

    @Test(
        arguments: [[0x61, 0xFF, 0x62], Array("two\nlines".utf8), Array("100%".utf8), Array("e\u{301}".utf8)]
            as [[UInt8]])
    func `a note is written and removed for every name`(name: [UInt8]) async throws {
        let path = FilePath(root: nil, [FilePath.Component(bytes: name + Array(".wav".utf8))])
        let file = try #require(
            try await notes.write(
                .held, incomplete, about: key(path), at: scene.inbox.appending(path.components.first!)))
        let text = try file.bytes()
        #expect(String(validating: text, as: UTF8.self) != nil)
        #expect(
            String(decoding: text, as: UTF8.self).contains("stemwatch why")
                == (name.count == 4 || name.count == 3 && name[0] == 0x65))
        try await notes.clear(key(path))
        #expect(try files() == [""])
    }

    @Test func `no notes are written where they are switched off, and old ones are removed`() async throws {
        try await write("song.wav")
        var silent = scene.settings
        silent.problemNotes = false
        let notes = ProblemNotes(silent)
        #expect(try await notes.write(.failed, incomplete, about: key("b.wav"), at: "/b.wav") == nil)
        try await notes.clear(key("song.wav"))
        #expect(try files() == [""])
    }

    @Test func `removing notes where there were none makes no file`() async throws {
        try await notes.clear(key("Artist/song.wav"))
        #expect(try FileStatus.at(scene.output) == nil)
    }

    @Test func `every code has words for a producer`() {
        for kind in [ProblemNote.Kind.rejected, .held, .failed] {
            let words = ProblemWords(Failure(.systemInternal, "x", remedy: .stop), kind)
            #expect(words.what.hasSuffix(".") && words.whatToDo.hasSuffix("."))
        }
    }
}
