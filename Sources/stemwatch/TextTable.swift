// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Rows with aligned columns, by the width of what is shown.
struct TextTable {
    struct Column {
        let title: String
        /// Numbers end at the same place.
        var isRight = false
        /// Cut in the middle where a terminal is too narrow.
        var isFlexible = false
    }

    struct Cell {
        let text: String
        var color: Display.Color?
        init(_ text: String, _ color: Display.Color? = nil) { (self.text, self.color) = (text, color) }
    }

    struct Row {
        let cells: [Cell]
        /// Whole lines below it, indented.
        var details: [String] = []
    }

    let columns: [Column]
    var rows: [Row] = []

    private static let gap = 2
    /// No column is cut shorter.
    private static let least = 16

    func lines(_ display: Display, indent: Int = 0) -> [String] {
        let widths = widths(display, indent)
        func line(_ cells: [Cell]) -> String {
            let texts = cells.indices.map { i in
                let text = columns[i].isFlexible ? cells[i].text.cutInTheMiddle(to: widths[i]) : cells[i].text
                let isLast = i == cells.count - 1 && !columns[i].isRight
                let padded = isLast ? text : text.padded(to: widths[i], right: columns[i].isRight)
                return display.color(padded, cells[i].color)
            }
            return String(repeating: " ", count: indent)
                + texts.joined(separator: String(repeating: " ", count: Self.gap))
        }
        let titles = columns.contains { !$0.title.isEmpty } ? [line(columns.map { Cell($0.title, .quiet) })] : []
        let margin = String(repeating: " ", count: indent + 4)
        return titles + rows.flatMap { row in [line(row.cells)] + row.details.map { margin + $0 } }
    }

    private func widths(_ display: Display, _ indent: Int) -> [Int] {
        var widths = columns.indices.map { i in
            rows.reduce(columns[i].title.displayWidth) { max($0, $1.cells[i].text.displayWidth) }
        }
        guard let terminal = display.width else { return widths }
        // The widest first, until it fits.
        var excess = indent + widths.reduce(0, +) + Self.gap * (columns.count - 1) - terminal
        while excess > 0 {
            let flexible = columns.indices.filter { columns[$0].isFlexible && widths[$0] > Self.least }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
