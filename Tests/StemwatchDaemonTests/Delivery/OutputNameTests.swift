// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Names are bytes: they may be in another Unicode form, too long, or not UTF-8 at all.
@Suite struct OutputNameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: [UInt8]
        var folder: [UInt8]
        var testDescription: String { Printable(bytes: file).description }
        init(_ file: String, _ folder: String) { (self.file, self.folder) = (Array(file.utf8), Array(folder.utf8)) }
        init(_ file: [UInt8], _ folder: [UInt8]) { (self.file, self.folder) = (file, folder) }
    }

    static let names: [Case] = [
        Case("song.wav", "song"),
        Case("song", "song"),
        Case("song.2024.final.wav", "song.2024.final"),
        Case("cafe\u{301}.wav", "caf\u{E9}"),
        Case("caf\u{E9}.wav", "caf\u{E9}"),
        Case("\u{1112}\u{1161}\u{11AB}.wav", "\u{D55C}"),
        Case([0x61, 0xFF, 0x62] + Array(".wav".utf8), [0x61, 0xFF, 0x62]),
        // Decomposed, but not UTF-8 as a whole: no form to bring it into.
        Case(Array("e\u{301}".utf8) + [0xFF] + Array(".wav".utf8), Array("e\u{301}".utf8) + [0xFF]),
        Case("two\nlines.wav", "two\nlines"),
        Case("tab\tbell\u{7}.wav", "tab\tbell\u{7}"),
        Case("a:b*c?.wav", "a:b*c?"),
        Case("trailing .wav", "trailing"),
        Case("dots....wav", "dots"),
        Case("mixed. . .wav", "mixed"),
        Case(".hidden.wav", "_hidden"),
        Case("..wav", "track"),
        Case(" .wav", "track"),
        Case("...", "track"),
        Case("CON.wav", "CON_"),
        Case("con.mix.wav", "con_.mix"),
        Case("lpt1.wav", "lpt1_"),
        Case("CONcert.wav", "CONcert"),
        Case("  leading.wav", "  leading"),
        Case("song (2).wav", "song (2)"),
        Case(String(repeating: "x", count: 251) + ".wav", String(repeating: "x", count: 251)),
    ]

    @Test(arguments: names) func `a track's folder`(name: Case) {
        let component = OutputName(track: FilePath.Component(bytes: name.file)).component()
        #expect(component.bytes == name.folder)
        #expect(OutputName(track: FilePath.Component(bytes: name.file)).number(of: component) == 1)
    }

    @Test(arguments: [1, 2, 9, 10, 9999]) func `every numbered name is recognised`(number: Int) {
        for file in ["song.wav", "song (2).wav", String(repeating: "é", count: 125) + ".wav"] {
            let name = OutputName(track: FilePath.Component(file)!)
            let component = name.component(number)
            #expect(component.bytes.count <= 255)
            #expect(name.number(of: component) == number)
        }
    }

    @Test func `a name that the file system decomposed is still recognised`() {
        let name = OutputName(track: FilePath.Component("caf\u{E9}.wav"))
        #expect(name.number(of: FilePath.Component("cafe\u{301} (3)")) == 3)
    }

    @Test(arguments: ["song (1)", "song (02)", "song (+3)", "song(2)", "song (2) ", "Song", "song (2", "song ()"])
    func `a name of another program is not taken for a delivery`(entry: String) {
        #expect(OutputName(track: "song.wav").number(of: FilePath.Component(entry)!) == nil)
    }

    @Test func `a name that is too long is cut at a character, and stays different from similar names`() {
        let long = String(repeating: "ü", count: 125)
        let first = OutputName(track: FilePath.Component(long + ".wav")!)
        let second = OutputName(track: FilePath.Component(String(long.dropLast()) + "u.wav")!)
        let suffix = ".problem.txt"
        for name in [first, second] {
            let component = name.component(suffix: suffix)
            #expect(component.bytes.count <= 255)
            #expect(String(validating: component.bytes, as: UTF8.self)?.hasSuffix(suffix) == true)
        }
        #expect(first.component(suffix: suffix) != second.component(suffix: suffix))
        #expect(first.component().bytes.count == 250, "not cut without need")
    }

    /// Composition excluded from NFC: three bytes become six, so a name can outgrow its source's.
    @Test func `a name that grows when composed still fits`() {
        let name = OutputName(track: FilePath.Component(String(repeating: "\u{958}", count: 80) + ".wav")!)
        #expect(name.component().bytes.count <= 255)
        #expect(String(validating: name.component().bytes, as: UTF8.self) != nil)
    }

    @Test(arguments: names) func `each name is delivered under`(name: Case) async throws {
        let scene = try DeliveryScene()
        let file = FilePath.Component(bytes: name.file)
        guard file.kind == .regular else { return }
        var path = FilePath(root: nil, ["Fo\u{301}lder."])
        path.append(file)
        let receipt = try await scene.deliver(scene.order(1, path))
        #expect(receipt.delivered.output.lastComponent?.bytes == name.folder)
        #expect(receipt.delivered.output.removingLastComponent().lastComponent?.bytes == Array("F\u{F3}lder".utf8))
        let json = try JSONValue(parsing: receipt.delivered.output.appending("stems.json").bytes())
        let recorded =
            json["source_b64"]?.string.flatMap { Base64.bytes(of: $0) } ?? json["source"]?.string.map { Array($0.utf8) }
        #expect(recorded == name.file, "stems.json keeps the source's own bytes")
    }
}
