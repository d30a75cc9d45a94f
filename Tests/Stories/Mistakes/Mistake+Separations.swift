// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import TestKit

/// Files and directories that `separate` is not meant for.
extension Mistake {
    static let separations: [Mistake] = [
        separate("a text file", ["song.wav is no audio of any kind known here", "export the song as WAV or FLAC"]) {
            try $0("song.wav").write("These are only words.\n")
        },
        separate("a file that is not there", ["HOME/song.wav is not there"]),
        separate("a directory", ["HOME/song.wav is not a regular file", "put the file itself there"]) {
            $0("song.wav").makeDirectory()
        },
        separate("a FIFO", ["HOME/song.wav is not a regular file"]) { $0("song.wav").makeFIFO() },
        separate("a song of three channels", ["song.wav has 3 channels", "mix it down to stereo"]) {
            AudioFixture(seconds: 0.5, sampleRate: 8000, channels: 3).write(to: $0("song.wav"))
        },
        separate(
            "into a directory that has stems",
            ["HOME/stems/drums.wav is there already, and nothing is overwritten", "choose another output directory"]
        ) {
            AudioFixture(seconds: 0.5, sampleRate: 8000).write(to: $0("song.wav"))
            $0("stems").makeDirectory()
            try $0("stems").appending("drums.wav").write("mine")
        },
        separate("into a file", ["HOME/stems is there, and is no directory", "name another"]) {
            AudioFixture(seconds: 0.5, sampleRate: 8000).write(to: $0("song.wav"))
            try $0("stems").write("mine")
        },
        separate(
            "a stem there is none of", ["there is no stem 'drum'", "vocals, drums, bass, other"], "--stems", "drum"),
        separate("a format there is none of", ["there is no format 'ogg'; it is wav or flac"], "--format", "ogg"),
        Mistake(
            title: "to separate into nowhere", arguments: ["separate", "song.wav"], status: 2,
            message: ["Missing expected argument '--output <output>'"]),
    ]

    private static func separate(
        _ title: String, _ message: [String], _ options: String...,
        prepare: @escaping @Sendable (TemporaryDirectory) async throws -> Void = { _ in }
    ) -> Mistake {
        Mistake(
            title: "to separate \(title)", arguments: ["separate", "song.wav", "--output", "stems"] + options,
            status: options.isEmpty ? 1 : 2, message: message, prepare: prepare)
    }
}
