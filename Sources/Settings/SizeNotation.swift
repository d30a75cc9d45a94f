// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Sizes as the configuration writes them: `200MB` is 200 000 000 bytes, `4GiB` is 4 × 1024³.
public enum SizeNotation {
    private static let units: [(name: String, bytes: Int64)] = [
        ("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    public static let advice = "write it as 200MB or 4GiB"

    public static func bytes(_ text: String) throws(ValueProblem) -> Int64 {
        var rest = Substring(text)
        guard let count = Digits.take(from: &rest) else { throw ValueProblem("which is not a size") }
        if rest.hasPrefix(".") {
            throw ValueProblem("but sizes have no fractions", hint: "write 1500MB rather than 1.5GB")
        }
        let name = String(rest.drop { $0 == " " })
        if name.isEmpty {
            throw ValueProblem("which has no unit", hint: "write \(text)MB for megabytes, \(text)B for bytes")
        }
        // KB is as common as kB, and can mean nothing else.
        guard let unit = units.first(where: { $0.name == name || ($0.name == "kB" && name == "KB") }) else {
            throw ValueProblem(
                "which has an unknown unit", hint: "the units are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB")
        }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: unit.bytes)
        if overflow { throw ValueProblem("which is too large to count") }
        return bytes
    }

    public static func text(bytes: Int64) -> String {
        // The unit that leaves the smallest whole number; of two the decimal one, being the plainer.
        let exact = units.filter { bytes % $0.bytes == 0 && (bytes != 0 || $0.bytes == 1) }
        let best = exact.max { $0.bytes < $1.bytes } ?? units[0]
        return "\(bytes / best.bytes)\(best.name)"
    }
}
