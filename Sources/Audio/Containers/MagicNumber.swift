// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Recognises files that no decoder here reads, so that messages can name their kind.
struct MagicNumber: Sendable {
    let bytes: [UInt8]
    let offset: Int
    let name: String
    let kind: Container.Foreign

    private init(_ bytes: [UInt8], at offset: Int = 0, _ name: String, _ kind: Container.Foreign = .audio) {
        self.bytes = bytes
        self.offset = offset
        self.name = name
        self.kind = kind
    }

    private init(_ text: String, at offset: Int = 0, _ name: String, _ kind: Container.Foreign = .audio) {
        self.init(Array(text.utf8), at: offset, name, kind)
    }

    /// The first match wins.
    static let known: [Self] = [
        Self("ftypM4A", at: 4, "MPEG-4 audio (.m4a)"),
        Self("ftypM4B", at: 4, "MPEG-4 audio (.m4b)"),
        Self("ftypqt", at: 4, "a QuickTime video"),
        Self("ftyp", at: 4, "an MPEG-4 file"),
        Self("moov", at: 4, "a QuickTime video"),
        Self([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], "Windows Media (.wma)"),
        Self([0x1A, 0x45, 0xDF, 0xA3], "Matroska or WebM"),
        Self([0x00, 0x00, 0x01, 0xBA], "an MPEG video"),
        Self("FLV", "a Flash video"),
        Self("ADIF", "AAC"),
        Self("MAC ", "Monkey's Audio"),
        Self("wvpk", "WavPack"),
        Self("MPCK", "Musepack"),
        Self("MP+", "Musepack"),
        Self("TTA1", "True Audio"),
        Self("DSD ", "DSD"),
        Self("FRM8", "DSD"),
        Self("#!AMR", "AMR"),
        Self("MThd", "a MIDI file, which is notes without sound", .other),
        Self("%PDF", "a PDF document", .other),
        Self("PK\u{3}\u{4}", "a ZIP archive", .other),
        Self("Rar!", "a RAR archive", .other),
        Self([0x37, 0x7A, 0xBC, 0xAF], "a 7-Zip archive", .other),
        Self([0x1F, 0x8B], "a gzip archive", .other),
        Self([0x89, 0x50, 0x4E, 0x47], "a picture", .other),
        Self([0xFF, 0xD8, 0xFF], "a picture", .other),
        Self("GIF8", "a picture", .other),
        Self("\u{7F}ELF", "a program", .other),
        Self("MZ", "a program", .other),
        Self("#!", "a script", .other),
        Self("<", "a text document", .other),
        Self("{", "a text document", .other),
        Self([0x00, 0x05, 0x16, 0x07], "a macOS resource file (AppleDouble)", .other),
    ]
}
