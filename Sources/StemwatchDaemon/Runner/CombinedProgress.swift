// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// How much is done of parts that are taken one after the other.
struct CombinedProgress {
    /// The share of the whole that lies before each part, and 1 behind the last.
    private let starts: [Double]

    /// - Parameter sizes: of each part, in bytes. Where one is not known, they count as equal.
    init(_ sizes: [Int64?]) {
        let known = sizes.map { Double(max(0, $0 ?? 0)) }
        let total = known.reduce(0, +)
        let isKnown = total > 0 && !sizes.contains(nil)
        var (starts, sum) = ([0.0], 0.0)
        for (index, size) in known.enumerated() {
            sum += size
            starts.append(isKnown ? sum / total : Double(index + 1) / Double(sizes.count))
        }
        self.starts = starts
    }

    /// - Parameters:
    ///   - part: that is being taken; those before it are done.
    ///   - fraction: of it, 0…1.
    func share(in part: Int, _ fraction: Double) -> Double {
        starts[part] + (starts[part + 1] - starts[part]) * fraction
    }
}
