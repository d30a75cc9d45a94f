// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

/// A file's audio without everything else in it.
struct BareAudioTests {
    let directory = TemporaryDirectory()
    private static let secret = Array("Unreleased Secret by Nobody".utf8)

    private func big(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
    private func little(_ value: Int) -> [UInt8] { big(value).reversed() }

    /// The file with a tag in the form of its kind.
    private func tagged(_ kind: AudioFixture.Kind, _ path: FilePath) throws {
        var bytes = try AudioFixture(kind, seconds: 0.7).write(to: path).bytes()
        let secret = Self.secret
        switch kind.fileExtension {
        case "wav":
            let list = Array("INFOINAM".utf8) + little(secret.count) + secret + [0]
            bytes += Array("LIST".utf8) + little(list.count) + list
            bytes.replaceSubrange(4..<8, with: little(bytes.count - 8))
        case "aiff":
            bytes += Array("NAME".utf8) + big(secret.count) + secret + [0]
            bytes.replaceSubrange(4..<8, with: big(bytes.count - 8))
        case "flac":
            // An application block, right behind the stream's description, which is never the last one here.
            let size = secret.count + 4
            bytes.insert(contentsOf: [2] + big(size)[1...] + Array("test".utf8) + secret, at: 42)
        case "mp3":
            let size = secret.count + 11
            let frame = Array("TIT2".utf8) + big(secret.count + 1) + [0, 0, 0] + secret
            bytes = Array("ID3".utf8) + [3, 0, 0, 0, 0, 0, UInt8(size)] + frame + bytes
            bytes += Array("TAG".utf8) + secret + [UInt8](repeating: 0, count: 125 - secret.count)
        default: break
        }
        try path.write(bytes)
    }

    private func samples(_ path: FilePath) throws -> [Double] {
        let reader = try AudioReader(path)
        let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: 200_000)
        defer { buffer.deallocate() }
        var all: [Double] = []
        while case let count = try reader.read(into: buffer), count > 0 {
            all += buffer[..<(count * reader.format.channels)]
        }
        return all
    }

    private func written(_ content: UploadContent, of file: FileDescriptor) throws -> [UInt8] {
        var whole: [UInt8] = []
        for piece in content.pieces {
            switch piece {
            case .bytes(let bytes): whole += bytes
            case .range(let offset, let count):
                var part = [UInt8](repeating: 0, count: Int(count))
                let read = try part.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
                #expect(read == count)
                whole += part
            }
        }
        return whole
    }

    @Test(arguments: [
        AudioFixture.Kind.wav16, .wav24, .wavFloat, .wavExtensible, .wavADPCM, .aiff16, .aiff24, .aifcFloat, .flac16,
        .flac24, .mp3, .mp3VBR,
    ])
    func `the pieces decode to the same samples, and hold no tag`(_ kind: AudioFixture.Kind) throws {
        let path = directory("song." + kind.fileExtension)
        try tagged(kind, path)
        #expect(try path.bytes().firstRange(of: Self.secret) != nil)
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        defer { try? file.close() }
        let content = try #require(try BareAudio.content(of: file))
        let bare = try written(content, of: file)
        #expect(Int64(bare.count) == content.size)
        #expect(bare.firstRange(of: Self.secret) == nil)
        let copy = directory("bare." + kind.fileExtension)
        try copy.write(bare)
        #expect(try samples(copy) == samples(path))
        #expect(try AudioReader(copy).kind == AudioReader(path).kind)
    }

    @Test(arguments: [
        AudioFixture.Kind.vorbis, .opus, .caf16, .cafFloat, .cafALAC, .wave64, .au16, .auFloat, .rf64, .wav32,
    ])
    func `a copy of any other kind decodes to the same samples`(_ kind: AudioFixture.Kind) throws {
        let path = AudioFixture(kind, seconds: 0.7).write(to: directory("song." + kind.fileExtension))
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        defer { try? file.close() }
        if kind != .wav32 { #expect(try BareAudio.content(of: file) == nil) }
        let frames = Int64(try samples(path).count / 2)
        let copy = try BareAudio.copy(of: file, name: "song", frames: frames, to: directory("copy"))
        #expect(try samples(copy) == samples(path))
    }

    @Test func `a file with wrong sizes is copied, not cut`() throws {
        let path = AudioFixture(.wav16).write(to: directory("song.wav"))
        var bytes = try path.bytes()
        // As written into a pipe: the length of the audio was not known.
        bytes.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0xFF])
        try path.write(bytes)
        let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        defer { try? file.close() }
        #expect(try BareAudio.content(of: file) == nil)
    }
}
