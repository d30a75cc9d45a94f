// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

/// What is in the output folder, where, and what `stems.json` holds about it.
@Suite(.timeLimit(.minutes(5)), SharedDaemon(Delivered.stories)) struct DeliveredTests {
    @Test(arguments: Delivered.stories) func `a delivery is`(story: FolderStory) async throws { try await story.run() }
}

enum Delivered {
    static let stories: [FolderStory] = [
        FolderStory(
            name: "flac", title: "a folder of FLAC with the stems that are wanted, below the song's directory",
            keys: ["backend: builtin", "format: flac", "stems: [vocals, other]"]
        ) { folder in
            try await folder.shell("mkdir -p inbox/Artist/Album; mv \"$1\" inbox/Artist/Album/song.wav", folder.song())
            try await folder.reaches("released", "Artist/Album/song.wav")
            let stems = folder.stems.pushing("Artist/Album/song")
            let names = try DirectoryListing.entries(of: stems).map(\.name.string)
            #expect(names.sorted() == ["other.flac", "stems.json", "vocals.flac"])
            let manifest = try JSONValue(parsing: stems.appending("stems.json").bytes())
            check(manifest, folder, "Artist/Album/song.wav")
            #expect(manifest["stems"]?.array?.map { $0["file"]?.string } == ["vocals.flac", "other.flac"])
            #expect(manifest["backend_kind"]?.string == "builtin")
        },
        FolderStory(
            name: "reused", title: "a copy of existing stems, with the name of their job", keys: ["backend: builtin"]
        ) { folder in
            try await folder.shell("cp \"$1\" inbox/song.wav; cp \"$1\" again.wav", folder.song())
            try await folder.reaches("released", "song.wav")
            try await folder.shell("mv again.wav inbox")
            try await folder.reaches("released", "again.wav")
            let manifest = try JSONValue(parsing: folder.stems.pushing("again/stems.json").bytes())
            check(manifest, folder, "again.wav")
            #expect(manifest["reused_from"]?.string == (try await folder.job("song.wav")))
            #expect(manifest["minutes_ms"]?.int == 0)
            #expect(try DirectoryListing.entries(of: folder.stems.appending("again")).count == 5)
        },
    ]

    /// The members that docs/stems.json.md promises.
    private static func check(_ manifest: JSONValue, _ folder: SharedFolder, _ path: FilePath) {
        #expect(manifest["version"]?.int == 1)
        #expect(manifest["made_by"]?.string == "stemwatch")
        #expect(manifest["folder"]?.string == folder.name)
        #expect(manifest["source"]?.string == path.lastComponent?.string)
        #expect(manifest["path"]?.string == path.string)
        #expect(manifest["source_kind"]?.string == "WAV")
        #expect(manifest["sample_rate"]?.int == 8000 && manifest["channels"]?.int == 1)
        #expect(manifest["frames"]?.int == 9600 && manifest["duration_ms"]?.int == 1200)
        for name in ["job", "bytes_sha256", "audio_sha256", "backend", "found_at", "separated_at", "delivered_at"] {
            #expect(manifest[name]?.string?.isEmpty == false, "\(name)")
        }
        for name in ["model", "residual_db", "reused_from", "warnings", "minutes_ms"] {
            #expect(manifest[name] != nil, "\(name)")
        }
        for stem in manifest["stems"]?.array ?? [] {
            #expect(stem["frames"]?.int == 9600 && stem["bytes"]?.int != nil && stem["peak"]?.double != nil)
            #expect(stem["sha256"]?.string?.utf8.count == 64)
        }
    }
}
