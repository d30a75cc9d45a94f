// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The kind of a file by its first bytes; its name and extension are ignored.
enum Container: Hashable, Sendable {
    case wav, rf64, bw64, wave64, aiff, au, caf, flac, mpeg
    case ogg(OggCodec)
    /// A known kind that no decoder here reads, by its usual name.
    case foreign(String, Foreign)
    /// An unknown kind.
    case unknown

    enum OggCodec: Hashable, Sendable { case vorbis, opus, flac, speex, unknown }
    enum Foreign: Hashable, Sendable {
        /// Audio that can be converted.
        case audio
        /// A picture or a document: nothing to separate in it.
        case other
    }

    /// Its usual name.
    var name: String {
        switch self {
        case .wav: "WAV"
        case .rf64: "RF64"
        case .bw64: "BW64"
        case .wave64: "Wave64"
        case .aiff: "AIFF"
        case .au: "AU"
        case .caf: "CAF"
        case .flac: "FLAC"
        case .mpeg: "MP3"
        case .ogg(.vorbis): "Ogg Vorbis"
        case .ogg(.opus): "Opus"
        case .ogg(.flac): "Ogg FLAC"
        case .ogg(.speex): "Speex"
        case .ogg(.unknown): "Ogg"
        case .foreign(let name, _): name
        case .unknown: "unknown"
        }
    }

    /// Reads at most some 70 KB, wherever the first frames are.
    static func of(_ source: ByteSource) -> Container {
        let start = Tags.end(in: source)
        let head = source.bytes(at: start, count: 512)
        if let known = byMagic(head) { return known }
        return MPEGHeader.first(in: source, from: start) == nil ? .unknown : .mpeg
    }

    private static func byMagic(_ head: [UInt8]) -> Container? {
        func says(_ text: String, at offset: Int = 0) -> Bool {
            head.count >= offset + text.utf8.count && head[offset...].starts(with: text.utf8)
        }
        if says("RIFF") || says("RIFX") {
            if says("WAVE", at: 8) { return .wav }
            return says("AVI ", at: 8) ? .foreign("an AVI video", .audio) : .foreign("a RIFF file", .other)
        }
        if says("RF64"), says("WAVE", at: 8) { return .rf64 }
        if says("BW64"), says("WAVE", at: 8) { return .bw64 }
        if head.starts(with: Wave64.riff) { return .wave64 }
        if says("FORM"), says("AIFF", at: 8) || says("AIFC", at: 8) { return .aiff }
        if says(".snd") || says("dns.") { return .au }
        if says("caff") { return .caf }
        if says("fLaC") { return .flac }
        if says("OggS") { return .ogg(oggCodec(head)) }
        if let sign = MagicNumber.known.first(where: { head.dropFirst($0.offset).starts(with: $0.bytes) }) {
            return .foreign(sign.name, sign.kind)
        }
        // ADTS: MPEG's sync word with layer 0, which MP3 never has.
        if head.count > 2, head[0] == 0xFF, head[1] & 0xF6 == 0xF0 { return .foreign("AAC", .audio) }
        return nil
    }

    /// The first packet of a logical stream names its codec, right behind the page's header and segment table.
    private static func oggCodec(_ head: [UInt8]) -> OggCodec {
        guard head.count > 27, head.count > 27 + Int(head[26]) else { return .unknown }
        let packet = head[(27 + Int(head[26]))...]
        if packet.starts(with: [1] + Array("vorbis".utf8)) { return .vorbis }
        if packet.starts(with: "OpusHead".utf8) { return .opus }
        if packet.starts(with: [0x7F] + Array("FLAC".utf8)) { return .flac }
        return packet.starts(with: "Speex   ".utf8) ? .speex : .unknown
    }
}
