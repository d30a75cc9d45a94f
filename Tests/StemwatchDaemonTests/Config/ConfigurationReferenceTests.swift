// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Settings
import SystemPackage
import Testing

@testable import StemwatchDaemon

/// The files below `config/` are made from the tables of keys. To write them again after a change of a table:
/// `STEMWATCH_WRITE_CONFIG=1 swift test --filter ConfigurationReferenceTests`.
struct ConfigurationReferenceTests {
    private static let directory = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().appending("config")

    @Test(arguments: [
        ("stemwatch.yaml", ConfigurationReference.text), ("stemwatch.schema.json", ConfigurationSchema.text),
    ])
    func `the documented file and the schema match the tables of keys`(name: String, text: String) throws {
        let path = Self.directory.appending(name)
        if getenv("STEMWATCH_WRITE_CONFIG") != nil {
            try DurableFiles.replace(path, with: Array(text.utf8), mode: 0o644)
        }
        let written = try SettingsFile(path, atMost: 1 << 20).bytes
        #expect(String(decoding: written, as: UTF8.self) == text)
    }

    private func read(_ text: String) throws -> Configuration {
        let reading = ConfigurationReading(Array(text.utf8), file: "stemwatch.yaml", environment: [:])
        #expect(reading.problems.map(\.description) == [])
        return try reading.get()
    }

    /// Every key taken into use: the `#` right before it removed.
    private var uncommented: String {
        ConfigurationReference.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let text = line.drop { $0 == " " }
            guard text.hasPrefix("#"), !text.hasPrefix("# ") else { return String(line) }
            return String(line.prefix { $0 == " " } + text.dropFirst())
        }.joined(separator: "\n")
    }

    @Test func `the documented file holds only defaults, as it is and with every key in use`() throws {
        let defaults = try read("folders:\n  - path: /srv/music/inbox\n")
        #expect(try read(ConfigurationReference.text) == defaults)
        var used = try read(uncommented)
        let demucs = used.backends.removeValue(forKey: BackendName(rawValue: "demucs"))
        #expect(demucs == BackendSettings(name: BackendName(rawValue: "demucs"), kind: .command(try .preset(.demucs))))
        #expect(used.backends.removeValue(forKey: BackendName(rawValue: "other-program")) != nil)
        let studio = BackendName(rawValue: "studio")
        let service = StemlabSettings(url: try ServiceURL("https://stems.example.com"))
        #expect(used.backends.removeValue(forKey: studio) == BackendSettings(name: studio, kind: .stemlab(service)))
        #expect(used == defaults)
    }

    @Test func `every key that the reader knows is in the documented file`() throws {
        func names(_ node: YAMLNode) -> [String] {
            switch node.content {
            case .scalar: []
            case .sequence(let items): items.flatMap(names)
            case .mapping(let entries): entries.map(\.key) + entries.flatMap { names($0.value) }
            }
        }
        let written = Set(names(try #require(YAMLDocument(Array(uncommented.utf8)).root)))
        let known = Set(KeyPlaces.all.keys)
        #expect(known.subtracting(written).isEmpty)
        #expect(written.subtracting(known) == ["builtin", "demucs", "other-program", "studio", "vocals", "other"])
    }

    @Test func `no line of it is too long to read`() {
        let long = ConfigurationReference.text.split(separator: "\n").filter { $0.count > 130 }
        #expect(long == [])
    }

    @Test(arguments: ["/srv/music/inbox", "/srv/music/New Mixes", "/srv/#1: \"hits\"", "/srv/\u{E9}", "/srv/yes"])
    func `the file that init writes is valid, for any folder`(folder: String) throws {
        let text = try ConfigurationTemplate.first(folder: FilePath(folder), stateDirectory: "/data/my state")
        let configuration = try read(text)
        #expect(configuration.folders.map(\.watch.root) == [FilePath(folder)])
        #expect(configuration.stateDirectory == "/data/my state")
        #expect(try read(ConfigurationTemplate.first(folder: FilePath(folder))).stateDirectory == "/var/lib/stemwatch")
    }

    @Test func `a folder that YAML cannot name is refused`() throws {
        let path = [CChar(0x2F), CChar(bitPattern: 0xFF), 0].withUnsafeBufferPointer {
            FilePath(platformString: $0.baseAddress!)
        }
        let failure = try #require(throws: Failure.self) { try ConfigurationTemplate.first(folder: path) }
        #expect(failure.message == "/\\xff is not UTF-8, and a configuration cannot name it")
        #expect(throws: Failure.self) { try ConfigurationTemplate.first(folder: "inbox") }
    }
}
