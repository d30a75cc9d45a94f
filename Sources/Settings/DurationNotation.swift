// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Durations as the configuration writes them: `500ms`, `5s`, `30m`, `1h30m`, `5d`.
public enum DurationNotation {
    /// Largest first, as they must stand in a combination.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    public static let advice = "write it as 500ms, 5s, 30m, 1h30m or 5d"

    public static func milliseconds(_ text: String) throws(ValueProblem) -> Int64 {
        var rest = Substring(text)
        var total: Int64 = 0
        var nextUnit = 0
        repeat {
            guard let count = Digits.take(from: &rest) else { throw ValueProblem("which is not a duration") }
            let name = rest.prefix { $0.isLetter }
            rest = rest[name.endIndex...]
            if name.isEmpty {
                if rest.hasPrefix(".") {
                    throw ValueProblem("but durations have no fractions", hint: "write 1h30m rather than 1.5h")
                }
                if rest.isEmpty {
                    throw ValueProblem("which has no unit", hint: "write \(text)s for seconds, \(text)m for minutes")
                }
                throw ValueProblem("which is not a duration")
            }
            guard let unit = units.firstIndex(where: { $0.name == name }) else {
                throw ValueProblem("which has an unknown unit", hint: "the units are ms, s, m, h and d")
            }
            guard unit >= nextUnit else {
                throw ValueProblem(
                    "where the units are not in order", hint: "write the largest first, each once, as in 1h30m")
            }
            nextUnit = unit + 1
            let (part, overflow) = count.multipliedReportingOverflow(by: units[unit].milliseconds)
            let (sum, overflows) = total.addingReportingOverflow(part)
            if overflow || overflows { throw ValueProblem("which is too long to count") }
            total = sum
        } while !rest.isEmpty
        return total
    }

    public static func text(milliseconds: Int64) -> String {
        if milliseconds == 0 { return "0s" }
        var text = ""
        var rest = milliseconds
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}

extension Duration {
    /// Whole milliseconds, cut; saturates instead of trapping.
    public var wholeMilliseconds: Int64 {
        let (whole, overflow) = components.seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? .max : whole + components.attoseconds / 1_000_000_000_000_000
    }
}
