// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The address of whoever asks, as sixteen bytes of IPv6; one of IPv4 is in there mapped (`::ffff:192.0.2.1`).
struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private init(v4 bits: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits)) }

    /// Reads the textual forms of RFC 4291, 2.2 (with neither zone nor brackets), and dotted IPv4. `nil` for anything else.
    init?(_ text: some StringProtocol) {
        if !text.contains(":") {
            guard let bits = Self.dotted(text) else { return nil }
            self.init(v4: bits)
            return
        }
        let halves = Self.halves(text)
        guard (1...2).contains(halves.count), let front = Self.groups(halves[0], isLast: halves.count == 1) else {
            return nil
        }
        var groups = front
        if halves.count == 2 {
            guard let back = Self.groups(halves[1], isLast: true), front.count + back.count < 8 else { return nil }
            groups += Array(repeating: 0, count: 8 - front.count - back.count) + back
        }
        guard groups.count == 8 else { return nil }
        self.init(
            high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
            low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) })
    }

    private static func halves(_ text: some StringProtocol) -> [String] {
        var parts = [""]
        var rest = Substring(text)
        while let first = rest.first {
            if rest.hasPrefix("::") {
                parts.append("")
                rest = rest.dropFirst(2)
            } else {
                parts[parts.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    /// Groups of four hexadecimal digits; the last of all may be dotted, and stands for two.
    private static func groups(_ text: String, isLast: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (i, part) in parts.enumerated() {
            if part.contains(".") {
                guard isLast, i == parts.count - 1, let bits = dotted(part) else { return nil }
                groups += [UInt16(bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ isHex($0) }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }

    private static func dotted(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(byte)
        }
        return bits
    }

    var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// `127.0.0.0/8` and `::1`.
    var isLoopback: Bool { isIPv4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1 }

    /// What rates go by: the address, or the /64 of IPv6, which is what one customer is given.
    var rateKey: ClientAddress { isIPv4 ? self : ClientAddress(high: high, low: 0) }

    var description: String {
        if isIPv4 { return (0..<4).map { String((low >> UInt64(24 - 8 * $0)) & 0xFF) }.joined(separator: ".") }
        let groups = (0..<8).map { i in String(((i < 4 ? high : low) >> UInt64(48 - 16 * (i % 4))) & 0xFFFF, radix: 16)
        }
        return groups.joined(separator: ":")
    }
}

/// A range of addresses: `10.0.0.0/8`, `fd00::/8`, or a single one.
struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    private let base: ClientAddress
    /// Of the 128 of IPv6.
    private let bits: Int

    /// `nil` when it is no address, its length is beyond the address's, or bits after it are set.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = ClientAddress(parts[0]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given) else { return nil }
            length = given
        }
        base = address
        bits = 128 - width + length
        guard Self.cut(address, bits) == address else { return nil }
    }

    func contains(_ address: ClientAddress) -> Bool { Self.cut(address, bits) == base }

    private static func cut(_ address: ClientAddress, _ bits: Int) -> ClientAddress {
        func mask(_ count: Int) -> UInt64 { count <= 0 ? 0 : count >= 64 ? .max : ~(UInt64.max >> UInt64(count)) }
        return ClientAddress(high: address.high & mask(bits), low: address.low & mask(bits - 64))
    }

    var description: String { "\(base)/\(base.isIPv4 ? bits - 96 : bits)" }
}
