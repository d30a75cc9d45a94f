// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct StagedInputTests {
    private func name(_ kind: String, _ source: FilePath) -> String {
        var generator = SystemRandomNumberGenerator()
        let digest = Digest256(bytes: [UInt8](repeating: 0, count: 32))!
        let track = Track(
            job: JobID(at: WallTime(milliseconds: 0), using: &generator), source: source,
            identity: FileIdentity(device: 0, inode: 0, size: 0, modified: 0, changed: 0),
            facts: TrackFacts(
                kind: kind, format: AudioFormat(sampleRate: 44_100, channels: 2, samples: .integer(bits: 16)),
                frames: 1,
                duration: .zero, bytesDigest: digest, audioDigest: digest), stems: [])
        return StagedInput.name(for: track).string
    }

    /// A file's extension may be wrong, and programs rely on it. So the staged file is named for what was decoded.
    @Test func `a staged file is named for its real kind`() {
        #expect(name("FLAC", "/a/-rf.wav") == "input.flac")
        #expect(name("MP3", "/a/Song") == "input.mp3")
        #expect(name("some new kind", "/a/Song.WvX") == "input.wvx")
        #expect(name("some new kind", "/a/Song.sh; rm") == "input.audio")
        #expect(name("some new kind", "/a/Song") == "input.audio")
    }
}
