// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Crypto
import Platform
import SystemPackage

/// The name that a track, or a directory on the way to it, has in the output folder.
///
/// The bytes of the source's name, changed only where some system could not open the result:
/// - text is composed (NFC); what is not UTF-8 stays as it is, byte for byte, and so do control characters;
/// - a leading dot becomes `_`: a delivery is never hidden;
/// - trailing dots and spaces go, and names of DOS devices (`CON`, `com1.mix`) get a `_`: Windows cannot open those
///   over SMB;
/// - a name of more than 255 bytes with its number is cut, at a character, and ends in `~` and eight digits of its
///   SHA-256.
///
/// The same source always gives the same name. Two sources may give one name: ``component(_:suffix:)``'s number tells
/// them apart.
struct OutputName: Hashable, Sendable {
    /// Before it is cut to fit.
    private let bytes: [UInt8]

    /// The name for the folder of the track in the file `file`: its name without the extension.
    init(track file: FilePath.Component) {
        let name = file.bytes
        // A dot at the start begins no extension.
        let end = name.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil } ?? name.count
        bytes = Self.openable(Array(name[..<end]))
    }

    /// The name for a directory above the track.
    init(directory: FilePath.Component) {
        bytes = Self.openable(directory.bytes)
    }

    /// The whole name of `file` with its extension, so that `song.wav` and `song.flac` differ.
    init(whole file: FilePath.Component) {
        bytes = Self.openable(file.bytes)
    }

    /// `name`, or ` (number)` after it from 2 on, then `suffix`; 255 bytes at most.
    func component(_ number: Int = 1, suffix: String = "") -> FilePath.Component {
        let tail = Array(((number > 1 ? " (\(number))" : "") + suffix).utf8)
        let room = 255 - tail.count
        guard bytes.count > room else { return FilePath.Component(bytes: bytes + tail) }
        let mark = Array("~".utf8) + Array(Digest256(bytes: Array(SHA256.hash(data: bytes)))!.hex.utf8.prefix(8))
        var cut = room - mark.count
        // Not inside a character: continuation bytes are 10xxxxxx, and at most three of them follow a lead.
        for _ in 0..<3 where bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
        return FilePath.Component(bytes: bytes[..<cut] + mark + tail)
    }

    /// The number under which `entry` is this name; `nil`: it is another.
    func number(of entry: FilePath.Component) -> Int? {
        // HFS+ and some ZFS hand names out decomposed, however they were written.
        let bytes = entry.bytes
        let name = bytes.contains { $0 >= 0x80 } ? NormalForm.composed(bytes) ?? bytes : bytes
        let entry = FilePath.Component(bytes: name)
        if entry == component() { return 1 }
        guard name.last == UInt8(ascii: ")"), let opening = name.lastIndex(of: UInt8(ascii: "(")),
            let number = Int(String(decoding: name[(opening + 1)...].dropLast(), as: UTF8.self)),
            number > 1, entry == component(number)
        else { return nil }
        return number
    }

    private static func openable(_ name: [UInt8]) -> [UInt8] {
        var name = NormalForm.composed(name) ?? name
        while let last = name.last, last == UInt8(ascii: ".") || last == UInt8(ascii: " ") { name.removeLast() }
        if name.isEmpty { return Array("track".utf8) }
        if name[0] == UInt8(ascii: ".") { name[0] = UInt8(ascii: "_") }
        // A device's name is one with an extension, too.
        let stem = name.prefix { $0 != UInt8(ascii: ".") }
        if devices.contains(String(decoding: stem, as: UTF8.self).uppercased()) {
            name.insert(UInt8(ascii: "_"), at: stem.count)
        }
        return name
    }

    /// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    private static let devices: Set<String> = Set(
        ["CON", "PRN", "AUX", "NUL"] + (0...9).flatMap { ["COM\($0)", "LPT\($0)"] })
}

/// Unicode normalization form C (UAX #15): what Windows and Linux write, and what SMB clients send. macOS file systems
/// hand out names decomposed, so one song may arrive under two spellings of one name.
enum NormalForm {
    /// `name` composed; `nil`: it is not UTF-8, and has no normal form.
    static func composed(_ name: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: name, as: UTF8.self) else { return nil }
        // The standard library normalizes to compare strings and exposes it under this underscored name only; the
        // public way, Foundation's, brings ICU and 44 MB with it. The tests hold it to UAX #15.
        return text._nfcCodeUnits
    }
}
