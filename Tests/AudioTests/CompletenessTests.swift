// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import Audio

struct CompletenessTests {
    let directory = TemporaryDirectory()

    /// Formats whose files prove that they are whole.
    static let provable = AudioFixture.Kind.allCases
    /// A file of a kind whose end proves it.
    static let chunked: [AudioFixture.Kind] = [
        .wav8, .wav16, .wav24, .wavFloat, .wavExtensible, .wavADPCM, .rf64, .wave64, .aiff16, .aifcFloat, .au16, .caf16,
    ]

    @Test(arguments: provable) func `a whole file is proven complete`(_ kind: AudioFixture.Kind) throws {
        let path = AudioFixture(kind).write(to: directory("a"))
        let size = try path.bytes().count
        #expect(try Completeness.of(path) == .complete, "of \(size) bytes")
    }

    @Test(arguments: provable, [0.1, 0.5, 0.9]) func `a file cut off is never complete`(
        _ kind: AudioFixture.Kind, _ part: Double
    ) throws {
        let path = AudioFixture(kind).write(to: directory("a"))
        try path.truncate(to: Int64(Double(path.bytes().count) * part))
        let found = try Completeness.of(path)
        if Self.chunked.contains(kind) || kind == .mp3 || kind == .vorbis || kind == .opus {
            guard case .incomplete = found else {
                Issue.record("found to be \(found)")
                return
            }
        }
        #expect(found != .complete)
    }

    @Test(arguments: provable) func `a file cut off in its first bytes is never complete`(
        _ kind: AudioFixture.Kind
    ) throws {
        let path = AudioFixture(kind, seconds: 0.3).write(to: directory("a"))
        let bytes = try path.bytes()
        for count in 0..<200 {
            try path.write(Array(bytes.prefix(count)))
            #expect(try Completeness.of(path) != .complete, "of the first \(count) bytes")
        }
    }

    /// Sizes that writers into a pipe leave.
    @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x7FFF_F000, 0x8000_0000, 0xFFFF_FFFF - 44] as [UInt32])
    func `a WAV whose header was never finished is unproven`(_ size: UInt32) throws {
        let path = AudioFixture(.wav16).write(to: directory("a.wav"))
        try path.patch(at: path.offset(of: "data") + 4, .init(littleEndian: size))
        #expect(try Completeness.of(path) == .unproven)
    }

    @Test(arguments: [-8, -3, 3, 8, 400_000] as [Int64]) func `a WAV whose outer size is odd is unproven`(
        _ difference: Int64
    ) throws {
        let path = AudioFixture(.wav16).write(to: directory("a.wav"))
        let size = try UInt32(Int64(path.bytes().count) - 8 + difference)
        try path.patch(at: 4, .init(littleEndian: size))
        #expect(try Completeness.of(path) == .unproven)
    }

    @Test func `a missing pad byte is no shortfall`() throws {
        // 8-bit mono of an odd number of frames.
        let path = AudioFixture(.wav8, seconds: 0.5, sampleRate: 44_102, channels: 1).write(to: directory("a.wav"))
        #expect(try Completeness.of(path) == .complete)
        try path.cut(1)
        #expect(try Completeness.of(path) == .complete)
    }

    @Test func `a few bytes less than declared are odd, more are a shortfall`() throws {
        let path = AudioFixture(.wav16).write(to: directory("a.wav"))
        try path.cut(4)
        #expect(try Completeness.of(path) == .unproven)
        try path.cut(40)
        let size = try Int64(path.bytes().count)
        #expect(try Completeness.of(path) == .incomplete(.init(declared: size + 44, actual: size, unit: .bytes)))
    }

    @Test(arguments: [AudioFixture.Kind.wav16, .flac16, .vorbis, .opus, .mp3, .aiff16, .caf16, .wave64])
    func `junk behind the end is not proven to belong there`(_ kind: AudioFixture.Kind) throws {
        let path = AudioFixture(kind).write(to: directory("a"))
        try path.append(Array(repeating: 0xA5, count: 3000))
        #expect(try Completeness.of(path) == .unproven)
    }

    @Test func `tags around an MP3 belong to it`() throws {
        let path = AudioFixture(.mp3).write(to: directory("a.mp3"))
        try path.prepend(Array("ID3".utf8) + [4, 0, 0, 0, 0, 2, 0] + Array(repeating: 0, count: 256))
        try path.append(Array("TAG".utf8) + Array(repeating: 0x20, count: 125))
        #expect(try Completeness.of(path) == .complete)
    }

    @Test func `a file with holes is not complete, whatever its header declares`() throws {
        let path = AudioFixture(.wav16, .silence, seconds: 10).write(to: directory("a.wav"))
        #expect(try Completeness.of(path) == .complete)
        let head = try Array(path.bytes().prefix(4096))
        let size = try Int64(path.bytes().count)
        try path.write(head)
        path.truncate(to: size)
        #expect(try Completeness.of(path) == .unproven)
    }

    /// A last page or frame may be whole and yet not the last.
    @Test func `an Ogg file cut off between two pages is unproven`() throws {
        let path = AudioFixture(.vorbis, seconds: 5).write(to: directory("a.ogg"))
        let bytes = try path.bytes()
        let last = bytes.indices.last { bytes[$0...].starts(with: "OggS".utf8) }!
        path.truncate(to: Int64(last))
        #expect(try Completeness.of(path) == .unproven)
    }

    @Test func `a FLAC cut off within a frame is recognised by its frame numbers`() throws {
        let path = AudioFixture(.flac16, seconds: 3).write(to: directory("a.flac"))
        try path.truncate(to: Int64(path.bytes().count / 2))
        guard case .incomplete(let shortfall) = try Completeness.of(path) else {
            Issue.record("not found out")
            return
        }
        #expect(shortfall.declared == 132_300)
        #expect((40_000...90_000).contains(shortfall.actual))
        #expect(shortfall.unit == .frames)
    }

    @Test func `a file that is not audio is unproven`() throws {
        try directory("a.wav").write("hello, this is no audio at all, and never was")
        #expect(try Completeness.of(directory("a.wav")) == .unproven)
    }
}
