// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// What is being done for a running job, as people see it.
struct Activity: Hashable, Sendable {
    enum Kind: String, Sendable { case uploading, separating, downloading }

    let kind: Kind
    /// 0…1, of this activity; `nil` where it is not known.
    let fraction: Double?

    /// `42 %`. Whole percent, rounded down: 100 % means done.
    var percent: String? { fraction.map { "\(Int($0 * 100)) %" } }

    /// `uploading 42 %`.
    var words: String { ([kind.rawValue] + [percent].compactMap(\.self)).joined(separator: " ") }

    /// Several activities, for a line that must stay short: ` (uploading 42 %, separating 10 %)`; empty for none.
    static func line(of activities: [Activity]) -> String {
        guard !activities.isEmpty else { return "" }
        let shown = activities.prefix(3).map(\.words) + (activities.count > 3 ? ["…"] : [])
        return " (\(shown.joined(separator: ", ")))"
    }
}
