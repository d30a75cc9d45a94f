// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Whose word about a client's address is taken.
struct TrustedProxies: Hashable, Sendable {
    var ranges: [AddressRange]

    init(_ ranges: [AddressRange] = []) { self.ranges = ranges }

    /// Who asks: the peer of the connection, or, when that is a trusted proxy, the last address of `X-Forwarded-For` that is
    /// none. What stands before that one was written by whoever wanted to be someone else.
    /// - Parameter forwarded: the values of all `X-Forwarded-For` fields, in their order.
    func client(peer: ClientAddress, forwarded: [String]) -> ClientAddress {
        guard isTrusted(peer) else { return peer }
        var client = peer
        for text in forwarded.joined(separator: ",").split(separator: ",").reversed() {
            guard let hop = ClientAddress(Self.bare(text)) else { return client }
            client = hop
            if !isTrusted(hop) { return hop }
        }
        return client
    }

    func isTrusted(_ address: ClientAddress) -> Bool { ranges.contains { $0.contains(address) } }

    private static func bare(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return text[text.index(after: text.startIndex)..<end]
        }
        return text
    }
}
