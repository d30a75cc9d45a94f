// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Finds the word that a mistyped word probably stands for.
public enum NearMiss {
    /// The candidate closest to `word`, when it is close enough to be a typing error: at most a third of its letters
    /// differ.
    public static func of(_ word: String, among candidates: some Sequence<String>) -> String? {
        let plain = normalised(word)
        let ranked = candidates.map { ($0, distance(plain, normalised($0))) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= max(1, plain.count / 3) else { return nil }
        return best.0
    }

    /// Ignores case and word breaks: `Poll-Interval` is `poll_interval`.
    private static func normalised(_ word: String) -> [UInt8] {
        word.lowercased().utf8.prefix(64).map {
            $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: " ") ? UInt8(ascii: "_") : $0
        }
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    public static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
                row.append(cost)
            }
            (beforePrevious, previous) = (previous, row)
        }
        return previous[b.count]
    }
}
