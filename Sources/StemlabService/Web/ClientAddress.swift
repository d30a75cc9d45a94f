// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Platform

/// The address of a client, as sixteen bytes of IPv6; one of IPv4 is in there mapped (`::ffff:192.0.2.1`).
struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads the textual forms of RFC 4291, 2.2, without zone or brackets, and dotted IPv4. `nil` for anything else.
    init?(_ text: some StringProtocol) {
        // No zone, and no NUL, which would end the C string that is read.
        let isPlain = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") || Hexadecimal.value(of: byte) != nil
        }
        guard isPlain, let address = try? SocketAddress(ipAddress: String(text), port: 0) else { return nil }
        let isIPv4 = address.protocol == .inet
        // Behind family and port (and flow label), in network order.
        let bytes = address.withSockAddr { place, size in
            Array(UnsafeRawBufferPointer(start: place, count: size)[isIPv4 ? 4..<8 : 8..<24])
        }
        func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        if isIPv4 {
            self.init(high: 0, low: 0xFFFF_0000_0000 | number(bytes))
        } else {
            self.init(high: number(bytes[..<8]), low: number(bytes[8...]))
        }
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
