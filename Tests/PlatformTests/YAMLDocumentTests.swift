// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Platform

struct YAMLDocumentTests {
    private func document(_ text: String) -> YAMLDocument { YAMLDocument(Array(text.utf8)) }

    @Test func `values and keys know their line and column`() throws {
        let root = try #require(document("# top\nlimits:\n  per_day: 120\nfolders:\n  - path: \"/srv/é\"\n").root)
        guard case .mapping(let entries) = root.content else { throw Missing() }
        #expect(entries.map(\.key) == ["limits", "folders"])
        #expect(entries.map(\.keyMark) == [YAMLMark(line: 2, column: 1), YAMLMark(line: 4, column: 1)])
        guard case .mapping(let limits) = entries[0].value.content,
            case .sequence(let folders) = entries[1].value.content,
            case .mapping(let folder) = folders[0].content
        else { throw Missing() }
        #expect(limits[0].value == YAMLNode(.scalar("120", .plain), at: YAMLMark(line: 3, column: 12)))
        #expect(folder[0].value == YAMLNode(.scalar("/srv/é", .quoted), at: YAMLMark(line: 5, column: 11)))
    }

    @Test func `a column counts characters as an editor shows them`() throws {
        let problem = try #require(document("a: {é: 1, é: 2}").problems.first)
        #expect(problem.mark == YAMLMark(line: 1, column: 11))
    }

    @Test func `a doubled key is reported, and hides nothing else`() {
        let document = document("a: 1\nb: 2\na: 3\nb: 4\n")
        #expect(
            document.problems == [
                YAMLProblem(
                    YAMLMark(line: 3, column: 1), "a stands here a second time",
                    hint: "it is already on line 1; keep one of the two"),
                YAMLProblem(
                    YAMLMark(line: 4, column: 1), "b stands here a second time",
                    hint: "it is already on line 2; keep one of the two"),
            ])
        #expect(document.root != nil)
    }

    @Test func `an empty text has no root and no problem`() {
        for text in ["", "\n", "# only a comment\n", "---\n"] {
            let document = document(text)
            #expect(document.problems.isEmpty)
            #expect(document.root?.isNull ?? true)
        }
    }

    @Test func `a byte order mark before the text is passed over`() {
        #expect(YAMLDocument([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)).root == document("a: 1").root)
    }

    @Test(arguments: [
        ("a: b: c\n", 1, 5, "a key cannot stand here"),
        ("a: 1\nb\nc: 2\n", 2, 1, "this key has no ':' after it"),
        ("a:\n  b: 1\n c: 2\n", 3, 2, "this line does not line up with the keys above it"),
        ("a:\n\t- b\n", 2, 1, "a tab stands where only spaces may"),
        ("a: [b, c\n", 1, 4, "the list in brackets is not closed"),
        ("a: {b: c\n", 1, 4, "the group in braces is not closed"),
        ("a: 1\nb: \"open\n", 2, 4, "the quote that opens here is never closed"),
        ("a: \"\\q\"\n", 1, 5, "a backslash in double quotes begins an escape, and this is none"),
        ("a: @b\n", 1, 4, "a value cannot begin with @"),
        ("ignore: *.bak\n", 1, 10, "a value that begins with *, & or ! means something else in YAML"),
        ("a: *name\n", 1, 4, "*name is an alias, which has no meaning here"),
        ("a: !!str 5\n", 1, 4, "tag:yaml.org,2002:str is a tag, which has no meaning here"),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here"),
        ("[a]: 1\n", 1, 1, "a key must be plain text, not a list or a group of keys"),
        ("a: \u{7}\n", 1, 4, "a control character (\\x07) stands here"),
    ])
    func `YAML that a configuration may not use is reported in plain words, at its place`(
        text: String, line: Int, column: Int, message: String
    ) throws {
        let problem = try #require(document(text).problems.first)
        #expect(problem.message == message)
        #expect(problem.mark == YAMLMark(line: line, column: column))
    }

    @Test func `text that is not UTF-8 is placed by its first wrong byte`() throws {
        let problem = try #require(YAMLDocument(Array("a: 1\nb: é".utf8) + [0xFF]).problems.first)
        #expect(
            problem
                == YAMLProblem(YAMLMark(line: 2, column: 5), "a byte here is not UTF-8", hint: "save the file as UTF-8")
        )
        #expect(YAMLDocument([0xFF, 0xFE, 0x61, 0]).problems.first?.message == "the file is UTF-16")
    }

    @Test func `depth and size are bounded`() {
        #expect(document(String(repeating: "[", count: 32) + String(repeating: "]", count: 32)).problems.isEmpty)
        let deep = document(String(repeating: "[", count: 100_000))
        #expect(deep.root == nil)
        #expect(deep.problems.map(\.message) == ["values are nested more than 32 deep"])
        let large = document("a: " + String(repeating: "x", count: YAMLDocument.maximumSize))
        #expect(large.root == nil)
        #expect(large.problems.first?.message == "the file has 1048579 bytes, more than the 1048576 allowed")
    }

    @Test func `no aliases are expanded, however they multiply`() {
        let bomb = "a: &a [x]\n" + (0..<20).map { "b\($0): [*a, *a, *a]\n" }.joined()
        #expect(document(bomb).root == nil)
    }

    @Test(arguments: [
        "inbox", "/srv/music/inbox", "New Mixes", "null", "~", "", "*.bak", "#recycle", "yes", "a: b", "it's",
        "say \"hi\"",
        "back\\slash", "tab\tline\nend", "é e\u{301}", "\u{202E}", "\u{85}", "\u{1F3B5}", "- x", "0640", "[a]", "\u{0}",
    ])
    func `text written as a scalar reads back the same`(text: String) throws {
        for written in [YAMLText.scalar(text), YAMLText.quoted(text)] {
            let document = document("key: \(written)\n")
            #expect(document.problems.isEmpty, "\(written)")
            guard case .mapping(let entries) = try #require(document.root).content,
                case .scalar(let read, _) = entries[0].value.content
            else { throw Missing() }
            #expect(read == text)
            #expect(Array(read.unicodeScalars) == Array(text.unicodeScalars))
            #expect(!entries[0].value.isNull)
        }
    }

    private struct Missing: Error {}
}
