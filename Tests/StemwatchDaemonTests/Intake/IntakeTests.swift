// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct IntakeTests {
    let directory = TemporaryDirectory()

    private func examine(_ path: FilePath, _ change: (inout IntakeLimits) -> Void = { _ in }) async throws
        -> Examination
    {
        var limits = IntakeLimits()
        change(&limits)
        let identity = try #require(try FileIdentity.at(path))
        return try await Intake().examine(path, expecting: identity, limits: limits)
    }

    private func code(_ examination: Examination) -> FailureCode? {
        switch examination {
        case .sound: nil
        case .incomplete(let failure), .rejected(let failure): failure.code
        }
    }

    @Test(arguments: AudioFixture.Kind.allCases) func `a sound file is a track of its true length`(
        _ kind: AudioFixture.Kind
    ) async throws {
        let fixture = AudioFixture(kind)
        guard case .sound(let facts) = try await examine(fixture.write(to: directory("a"))) else {
            Issue.record("not sound")
            return
        }
        #expect(facts.format.channels == 2)
        #expect(abs(facts.duration.milliseconds - 1500) <= (kind.isLossy || kind == .wavADPCM ? 60 : 0))
        #expect(facts.warnings == [])
    }

    /// Decoders often read a truncated file without an error.
    @Test(arguments: AudioFixture.Kind.allCases) func `a file cut in half is incomplete`(
        _ kind: AudioFixture.Kind
    ) async throws {
        let path = AudioFixture(kind, seconds: 4).write(to: directory("a"))
        try path.truncate(to: Int64(path.bytes().count / 2))
        let found = try await examine(path)
        guard case .incomplete(let failure) = found else {
            Issue.record("found to be \(found)")
            return
        }
        #expect(failure.code == .audioIncomplete)
    }

    static let odd: [(String, FailureCode, @Sendable (FilePath) throws -> Void)] = [
        ("nothing in it", .audioIncomplete, { try $0.write("") }),
        ("text", .audioNotAudio, { try $0.write("this is no audio, whatever it is called") }),
        (
            "noise", .audioNotAudio,
            { try $0.write((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 7 >> 3) }) }
        ),
        ("a picture", .audioNotAudio, { try $0.write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) }),
        ("an MPEG-4 file", .audioUnsupported, { try $0.write([0, 0, 0, 32] + Array("ftypM4A \0\0\0\0".utf8)) }),
        (
            "Windows Media", .audioUnsupported,
            {
                try $0.write([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9])
            }
        ),
        ("silence", .audioSilent, { AudioFixture(.wav16, .silence).write(to: $0) }),
        ("0.2 seconds", .audioTooShort, { AudioFixture(.flac16, seconds: 0.2).write(to: $0) }),
        ("six channels", .audioChannels, { AudioFixture(.wav16, channels: 6).write(to: $0) }),
        ("4 kHz", .audioRate, { AudioFixture(.wav16, sampleRate: 4000).write(to: $0) }),
        ("384 kHz", .audioRate, { AudioFixture(.wav16, seconds: 1, sampleRate: 384_000).write(to: $0) }),
        (
            "no channels", .audioBroken,
            {
                try AudioFixture(.wav16).write(to: $0).patch(at: 22, [0, 0])
            }
        ),
        (
            "a rate of 0", .audioBroken,
            {
                try AudioFixture(.wav16).write(to: $0).patch(at: 24, [0, 0, 0, 0])
            }
        ),
        (
            "MP3 in a WAV", .audioUnsupported,
            {
                try AudioFixture(.wav16).write(to: $0).patch(at: 20, [0x55, 0])
            }
        ),
        ("BW64", .audioUnsupported, { try AudioFixture(.rf64).write(to: $0).patch(at: 0, Array("BW64".utf8)) }),
        (
            "a FLAC of 20 bits", .audioUnsupported,
            {
                // Bits less one stand in five bits across bytes 20 and 21.
                let path = AudioFixture(.flac24).write(to: $0)
                let bytes = try path.bytes()
                try path.patch(at: 20, [bytes[20] | 1, bytes[21] & 0x0F | 0x30])
            }
        ),
        (
            "Ogg FLAC", .audioUnsupported,
            {
                try $0.write(
                    Array("OggS\0\u{2}".utf8) + [UInt8](repeating: 0, count: 20) + [1, 60, 0x7F] + Array("FLAC".utf8)
                        + [UInt8](repeating: 0, count: 80))
            }
        ),
        (
            "a WAV in two pieces", .audioUnsupported,
            {
                let path = AudioFixture(.wav16, seconds: 2).write(to: $0)
                let data = try path.bytes()[36...]
                try path.append(Array(data))
                try path.patch(at: 4, .init(littleEndian: UInt32(try path.bytes().count - 8)))
            }
        ),
        (
            "samples that are no numbers", .audioBroken,
            {
                var samples = AudioFixture(.wavFloat).samples()
                samples[1000] = .nan
                AudioFixture(.wavFloat).write(samples, to: $0)
            }
        ),
        (
            "a FLAC with a flipped bit", .audioBroken,
            {
                let path = AudioFixture(.flac16, seconds: 5).write(to: $0)
                let bytes = try path.bytes()
                try path.patch(at: bytes.count / 2, [bytes[bytes.count / 2] ^ 0x10])
            }
        ),
    ]

    @Test(arguments: odd.indices) func `a file that is not a track has its own verdict`(_ index: Int) async throws {
        let (what, expected, make) = Self.odd[index]
        try make(directory("song.mp3"))
        let found = try await examine(directory("song.mp3"))
        #expect(code(found) == expected, "\(what): \(found)")
        if case .rejected(let failure) = found {
            #expect(failure.remedy == .reject)
            #expect(failure.message.hasPrefix("song.mp3 "))
        }
    }

    @Test func `limits hold before and after decoding`() async throws {
        let path = AudioFixture(.wav16, seconds: 3).write(to: directory("a.wav"))
        #expect(code(try await examine(path) { $0.maximumSize = 1000 }) == .audioTooLarge)
        #expect(code(try await examine(path) { $0.maximumDuration = .init(milliseconds: 2900) }) == .audioTooLong)
        #expect(code(try await examine(path) { $0.maximumDuration = .init(milliseconds: 3000) }) == nil)
        #expect(code(try await examine(path) { $0.minimumDuration = .init(milliseconds: 3001) }) == .audioTooShort)
        // No header declares the length.
        let bare = AudioFixture(.mp3, seconds: 4).write(to: directory("a.mp3"))
        let at = try bare.offset(of: "Info")
        try bare.patch(at: at, [0, 0, 0, 0])
        #expect(code(try await examine(bare) { $0.maximumDuration = .init(milliseconds: 1500) }) == .audioTooLong)
    }

    /// Decoding its silence would take hours.
    @Test func `a sparse RF64 of 20 GiB is refused by its header alone`() async throws {
        let path = AudioFixture(.rf64, seconds: 1).write(to: directory("a.wav"))
        let size: Int64 = 20 << 30
        let data = try path.offset(of: "data")
        let ds64 = try path.offset(of: "ds64")
        try path.patch(at: ds64 + 8, .init(littleEndian: size - 8) + .init(littleEndian: size - Int64(data) - 8))
        path.truncate(to: size)
        #expect(code(try await examine(path)) == .audioTooLarge)
        #expect(code(try await examine(path) { $0.maximumSize = .max }) == .audioTooLong)
    }

    @Test func `a file that was replaced meanwhile is settled again`() async throws {
        let path = AudioFixture().write(to: directory("a.wav"))
        var identity = try #require(try FileIdentity.at(path))
        identity.modified -= 1
        let failure = await #expect(throws: Failure.self) {
            try await Intake().examine(path, expecting: identity, limits: IntakeLimits())
        }
        #expect(failure?.code == .sourceChanged)
    }

    @Test func `a FIFO and a link are refused without waiting`() async throws {
        directory("fifo.wav").makeFIFO()
        AudioFixture().write(to: directory("a.wav"))
        directory("a.wav").link(as: directory("link.wav"))
        for name in ["fifo.wav", "link.wav"] {
            let failure = await #expect(throws: Failure.self) { try await examine(directory(name)) }
            #expect(failure?.code == .sourceNotRegular)
        }
    }

    @Test func `a cancelled task stops at the next block`() async throws {
        let path = AudioFixture().write(to: directory("a.wav"))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await examine(path)
        }
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .jobCancelled)
    }
}
