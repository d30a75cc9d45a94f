// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

struct FailureCodeTests {
    /// Every file that adds codes to ``FailureCode``.
    static let files = [
        "Platform/Failures/FailureCode.swift", "Audio/Format/FailureCode+Audio.swift",
        "StemwatchDaemon/Model/FailureCode+Daemon.swift", "StemlabService/Model/FailureCode+Service.swift",
    ]
    private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    private func text(_ path: String) throws -> String {
        let path = Self.root.appending(FilePath(path).components)
        return String(decoding: try SettingsFile(path, atMost: 1 << 20).bytes, as: UTF8.self)
    }

    private func codes(in file: String) throws -> [String] {
        try text("Sources/\(file)").matches(of: /static let \w+ = Self\(rawValue: "([^"]+)"\)/).map { String($0.1) }
    }

    private func documented() throws -> [String] {
        try text("docs/codes.md").matches(of: /\n\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/).map { String($0.1) }
    }

    @Test func `every code of the sources is documented, once, and no other`() throws {
        let source = try Self.files.flatMap(codes)
        #expect(try documented().sorted() == source.sorted())
        #expect(source.count > 50)
        #expect(Set(source).count == source.count)
    }

    @Test(arguments: files) func `the document has the codes of a file in its order`(file: String) throws {
        let codes = try codes(in: file)
        #expect(!codes.isEmpty)
        #expect(try documented().filter(codes.contains) == codes)
    }

    @Test func `the codes of an area stand together in the document`() throws {
        let areas = try documented().map { $0.prefix { $0 != "." } }
        let runs = zip(areas, areas.dropFirst()).count { $0 != $1 } + 1
        #expect(runs == Set(areas).count)
    }

    @Test func `a code is an area and a word`() throws {
        for code in try Self.files.flatMap(codes) {
            #expect(code.wholeMatch(of: /[a-z]+\.[a-z_]+/) != nil, "\(code)")
        }
    }
}
