// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// For messages, in the two largest units that matter: `5 d`, `1 h 30 min`, `45 s`, `250 ms`.
    public var spoken: String {
        let (seconds, attoseconds) = components
        guard self >= .seconds(1) else { return "\(Swift.max(0, attoseconds / 1_000_000_000_000_000)) ms" }
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        let largest = units.firstIndex { seconds >= $0.0 } ?? units.count - 1
        let (count, rest) = seconds.quotientAndRemainder(dividingBy: units[largest].0)
        let head = "\(count) \(units[largest].1)"
        guard largest + 1 < units.count else { return head }
        let second = rest / units[largest + 1].0
        return second == 0 ? head : "\(head) \(second) \(units[largest + 1].1)"
    }
}
