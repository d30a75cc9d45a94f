// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Where text is shown: only a terminal gets colour, and only there long names are cut.
struct Display: Sendable {
    /// The columns of the terminal; `nil`: it is none.
    let width: Int?
    private let hasColor: Bool

    enum Color: String { case strong = "1", quiet = "2", bad = "31", good = "32", waiting = "33", busy = "36" }

    /// - Parameter width: of the terminal; `nil`: it is none, or does not say how wide it is.
    init(isTerminal: Bool, width: Int?, environment: (String) -> String?) {
        self.width = isTerminal ? width : nil
        hasColor = isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }

    static var standardOutput: Display {
        Display(
            isTerminal: ThisProcess.isTerminal(.standardOutput), width: ThisProcess.terminalWidth(.standardOutput),
            environment: { ThisProcess.environment($0) })
    }

    func color(_ text: String, _ color: Color?) -> String {
        guard hasColor, let color, !text.isEmpty else { return text }
        return "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m"
    }

    /// A text from outside, harmless to a terminal. Bounded: of a sentence about the longest path there can be, every
    /// word.
    static func printable(_ text: String) -> String { Printable(text, limit: 1 << 14).description }
}

extension String {
    /// How many columns of a terminal it takes: two for what is written wide in East Asia and for emoji, none for
    /// marks.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// With `…` in the middle, if it takes more than `columns`: the end of a name says as much as its beginning.
    func cutInTheMiddle(to columns: Int) -> String {
        guard displayWidth > columns, columns > 1 else { return self }
        var (head, tail, room) = ("", "", columns - 1)
        var rest = self[...]
        var isTail = true
        while let next = isTail ? rest.last : rest.first, next.displayWidth <= room {
            room -= next.displayWidth
            if isTail {
                tail = String(next) + tail
                rest.removeLast()
            } else {
                head.append(next)
                rest.removeFirst()
            }
            isTail.toggle()
        }
        return head + "…" + tail
    }

    func padded(to columns: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, columns - displayWidth))
        return right ? space + self : self + space
    }
}

extension Character {
    fileprivate var displayWidth: Int { unicodeScalars.lazy.map(\.displayWidth).max() ?? 0 }
}

extension Unicode.Scalar {
    /// Ranges of https://www.unicode.org/reports/tr11/ (classes W and F), coarsely.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD,
    ]

    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default:
            // All that is narrow and common comes first.
            value < 0x1100 ? 1 : properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) } ? 2 : 1
        }
    }
}
