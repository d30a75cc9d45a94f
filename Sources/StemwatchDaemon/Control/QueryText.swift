// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// The query of a request: bytes, since a path in it need not be UTF-8.
struct QueryText {
    private let pairs: [(name: Substring, value: Substring)]

    init(_ query: String?) {
        pairs = (query ?? "").split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (halves[0], halves.count > 1 ? halves[1] : "")
        }
    }

    /// The first value of that name, decoded; `nil` when there is none, or it is not percent-encoded.
    func bytes(_ name: String) -> [UInt8]? {
        pairs.first { $0.name == name }.flatMap { PercentCoding.decode($0.value) }
    }

    /// Every value of that name that is text.
    func texts(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.compactMap {
            PercentCoding.decode($0.value).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}
