// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import stemwatch

struct TextTableTests {
    private static func display(
        isTerminal: Bool = true, width: Int? = 80, _ environment: [String: String] = ["TERM": "xterm"]
    ) -> Display {
        Display(isTerminal: isTerminal, width: width) { environment[$0] }
    }

    private let plain = display(isTerminal: false)

    private func table(_ names: [String]) -> TextTable {
        TextTable(
            columns: [.init(title: "N", isRight: true), .init(title: "NAME", isFlexible: true), .init(title: "END")],
            rows: names.enumerated().map { index, name in
                .init(cells: [.init("\(index * 9)"), .init(name, .good), .init("e")], details: ["more of it"])
            })
    }

    @Test func `columns are aligned by visible width, and details are below their row`() {
        let lines = table(["abc", "e\u{301}tude", "東京", "🎵"]).lines(plain)
        #expect(
            lines == [
                " N  NAME   END", " 0  abc    e", "    more of it", " 9  e\u{301}tude  e", "    more of it",
                "18  東京   e", "    more of it", "27  🎵     e", "    more of it",
            ])
    }

    @Test func `a long name is cut in the middle, and only on a terminal that is too narrow`() {
        let name = String(repeating: "a", count: 30) + String(repeating: "z", count: 30)
        let lines = table([name]).lines(Self.display(width: 40, ["NO_COLOR": "1"]))
        #expect(lines.map(\.displayWidth).max() == 40 && lines[1].contains("a…z"), "\(lines)")
        #expect(table([name]).lines(plain)[1].contains(name))
        #expect(table([name]).lines(Self.display(width: 100, ["NO_COLOR": "1"]))[1].contains(name))
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcdef", 3, "a…f"), ("abcdef", 4, "a…ef"), ("東京都庁", 5, "東…庁"),
        ("ae\u{301}iou", 3, "a…u"),
    ])
    func `a cut name fits, and keeps both ends`(text: String, columns: Int, cut: String) {
        #expect(text.cutInTheMiddle(to: columns) == cut)
        #expect(cut.displayWidth <= columns)
    }

    @Test(arguments: [
        ("a", 1), ("ä", 1), ("a\u{308}", 1), ("東", 2), ("ｱ", 1), ("Ａ", 2), ("한", 2), ("🎵", 2), ("👩‍🎤", 2),
        ("…", 1), ("\u{200B}", 0), ("", 0),
    ])
    func `the width of a name is its columns on a terminal`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func `colour is used only on terminals, and takes no columns`() {
        #expect(Self.display().color("x", .bad) == "\u{1B}[31mx\u{1B}[0m")
        #expect(Self.display().color("", .bad) == "" && Self.display().color("x", nil) == "x")
        let colored = table(["abc", "abcdef"]).lines(Self.display())
        #expect(colored[1] == "0  \u{1B}[32mabc   \u{1B}[0m  e")
    }

    @Test(arguments: [
        (false, ["TERM": "xterm"]), (true, ["TERM": "xterm", "NO_COLOR": "1"]), (true, ["TERM": "dumb"]),
    ])
    func `no terminal, NO_COLOR or a dumb terminal: no colour`(isTerminal: Bool, environment: [String: String]) {
        #expect(Self.display(isTerminal: isTerminal, environment).color("x", .bad) == "x")
    }

    @Test func `an empty NO_COLOR has no effect`() {
        #expect(Self.display(["TERM": "xterm", "NO_COLOR": ""]).color("x", .bad) != "x")
    }
}
