// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import CSndFile
import Glibc
public import Platform
public import SystemPackage

/// Small real audio files, made when a test asks for them.
public struct AudioFixture: Hashable, Sendable {
    public var kind: Kind
    public var sound: Sound
    public var seconds: Double
    /// Hz; Opus knows 8000, 12000, 16000, 24000 and 48000 only.
    public var sampleRate: Int
    public var channels: Int

    public init(
        _ kind: Kind = .wav16, _ sound: Sound = .song, seconds: Double = 1.5, sampleRate: Int? = nil, channels: Int = 2
    ) {
        self.kind = kind
        self.sound = sound
        self.seconds = seconds
        self.sampleRate = sampleRate ?? (kind == .opus ? 48_000 : 44_100)
        self.channels = channels
    }

    /// A container with an encoding, named for its ending and its samples.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case wav8, wav16, wav24, wav32, wavFloat, wavDouble, wavExtensible, wavULaw, wavADPCM
        case rf64, wave64, aiff16, aiff24, aifcFloat, au16, auFloat, caf16, cafFloat, cafALAC, flac16, flac24
        case vorbis, opus, mp3, mp3VBR

        /// Integers, which come back as they were written.
        public var isInteger: Bool {
            ![.wavFloat, .wavDouble, .aifcFloat, .auFloat, .cafFloat, .wavULaw, .wavADPCM].contains(self) && !isLossy
        }
        /// Bits of the integers; 16 for what decodes to as many.
        var bits: Int {
            switch self {
            case .wav8: 8
            case .wav24, .wavExtensible, .aiff24, .flac24: 24
            case .wav32: 32
            default: 16
            }
        }

        /// Psychoacoustic codecs.
        public var isLossy: Bool { [.vorbis, .opus, .mp3, .mp3VBR].contains(self) }

        /// Without the dot.
        public var fileExtension: String {
            switch self {
            case .wav8, .wav16, .wav24, .wav32, .wavFloat, .wavDouble, .wavExtensible, .wavULaw, .wavADPCM, .rf64:
                "wav"
            case .wave64: "w64"
            case .aiff16, .aiff24, .aifcFloat: "aiff"
            case .au16, .auFloat: "au"
            case .caf16, .cafFloat, .cafALAC: "caf"
            case .flac16, .flac24: "flac"
            case .vorbis: "ogg"
            case .opus: "opus"
            case .mp3, .mp3VBR: "mp3"
            }
        }

        fileprivate var type: Int {
            switch self {
            case .wav8: SF_FORMAT_WAV | SF_FORMAT_PCM_U8
            case .wav16: SF_FORMAT_WAV | SF_FORMAT_PCM_16
            case .wav24: SF_FORMAT_WAV | SF_FORMAT_PCM_24
            case .wav32: SF_FORMAT_WAV | SF_FORMAT_PCM_32
            case .wavFloat: SF_FORMAT_WAV | SF_FORMAT_FLOAT
            case .wavDouble: SF_FORMAT_WAV | SF_FORMAT_DOUBLE
            case .wavExtensible: SF_FORMAT_WAVEX | SF_FORMAT_PCM_24
            case .wavULaw: SF_FORMAT_WAV | SF_FORMAT_ULAW
            case .wavADPCM: SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM
            case .rf64: SF_FORMAT_RF64 | SF_FORMAT_PCM_16
            case .wave64: SF_FORMAT_W64 | SF_FORMAT_PCM_16
            case .aiff16: SF_FORMAT_AIFF | SF_FORMAT_PCM_16
            case .aiff24: SF_FORMAT_AIFF | SF_FORMAT_PCM_24
            case .aifcFloat: SF_FORMAT_AIFF | SF_FORMAT_FLOAT
            case .au16: SF_FORMAT_AU | SF_FORMAT_PCM_16
            case .auFloat: SF_FORMAT_AU | SF_FORMAT_FLOAT
            case .caf16: SF_FORMAT_CAF | SF_FORMAT_PCM_16
            case .cafFloat: SF_FORMAT_CAF | SF_FORMAT_FLOAT
            case .cafALAC: SF_FORMAT_CAF | SF_FORMAT_ALAC_16
            case .flac16: SF_FORMAT_FLAC | SF_FORMAT_PCM_16
            case .flac24: SF_FORMAT_FLAC | SF_FORMAT_PCM_24
            case .vorbis: SF_FORMAT_OGG | SF_FORMAT_VORBIS
            case .opus: SF_FORMAT_OGG | SF_FORMAT_OPUS
            case .mp3, .mp3VBR: SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III
            }
        }
    }

    public var frames: Int { Int((seconds * Double(sampleRate)).rounded()) }

    /// The samples, interleaved, full scale ±1: the same each time.
    public func samples() -> [Double] {
        sound.samples(frames: frames, sampleRate: sampleRate, channels: channels)
    }

    /// Writes the file, over what was there.
    /// - Returns: `path`.
    @discardableResult
    public func write(to path: FilePath) -> FilePath {
        write(samples(), to: path)
    }

    /// Writes these samples, interleaved, in this fixture's kind, rate and channels.
    @discardableResult
    public func write(_ samples: [Double], to path: FilePath) -> FilePath {
        var information = SF_INFO()
        information.samplerate = Int32(sampleRate)
        information.channels = Int32(channels)
        information.format = Int32(kind.type)
        // By descriptor: libsndfile takes no path of 1024 bytes.
        let descriptor = path.withPlatformString { open($0, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644) }
        let file = sf_open_fd(descriptor, Int32(SFM_WRITE), &information, Int32(SF_TRUE))
        guard let file else { fatalError("libsndfile cannot write \(kind): \(String(cString: sf_strerror(nil)))") }
        sf_command(file, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
        sf_command(file, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        if kind == .mp3 || kind == .mp3VBR {
            var mode = Int32(kind == .mp3 ? SF_BITRATE_MODE_CONSTANT : SF_BITRATE_MODE_VARIABLE)
            sf_command(file, Int32(SFC_SET_BITRATE_MODE), &mode, Int32(MemoryLayout<Int32>.size))
        }
        // In blocks: the Vorbis encoder keeps all of one write on the stack.
        let block = 4096 * channels
        for start in stride(from: 0, to: samples.count, by: block) {
            let count = Int64(min(block, samples.count - start) / channels)
            let written = write(samples[start..<min(start + block, samples.count)], count, to: file)
            precondition(written == count, "libsndfile wrote \(written) of \(count) frames of \(kind)")
        }
        precondition(sf_close(file) == 0, "libsndfile cannot finish \(kind)")
        return path
    }

    private func write(_ samples: ArraySlice<Double>, _ frames: Int64, to file: OpaquePointer) -> Int64 {
        guard kind.isInteger else {
            return samples.withUnsafeBufferPointer { sf_writef_double(file, $0.baseAddress, frames) }
        }
        // Rounded here: libsndfile's formats each scale floats in a way of their own.
        let scale = Double(1 << (kind.bits - 1))
        let integers = samples.map { sample in
            Int32(max(-scale, min(scale - 1, (sample * scale).rounded()))) << Int32(32 - kind.bits)
        }
        return integers.withUnsafeBufferPointer { sf_writef_int(file, $0.baseAddress, frames) }
    }
}

extension AudioFixture {
    /// Writes something for each stem as a 16-bit stereo WAV of 44.1 kHz, where nothing may be yet.
    public static func song(at path: FilePath, seconds: Double) throws(Failure) {
        let fixture = AudioFixture(seconds: seconds)
        let format = AudioFormat(sampleRate: fixture.sampleRate, channels: 2, samples: .integer(bits: 16))
        let writer = try AudioWriter(path, format: format, container: .wav, expecting: Int64(fixture.frames))
        try writer.write(fixture.samples())
        try writer.finish()
    }
}

extension AudioFixture: CustomStringConvertible {
    public var description: String { "\(kind.rawValue) of \(sound)" }
}
