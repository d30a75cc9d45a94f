// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemlabService

@Suite struct ClientAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::", "0:0:0:0:0:0:0:0"),
        ("::1", "0:0:0:0:0:0:0:1"),
        ("2001:db8::a:1", "2001:db8:0:0:0:0:a:1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("64:ff9b::192.0.2.33", "64:ff9b:0:0:0:0:c000:221"),
    ])
    func `an address is read in each of its forms`(text: String, shown: String) throws {
        #expect(try #require(ClientAddress(text)).description == shown)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "01234.1.1.1", ":", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9",
        "g::", "12345::",
        "1.2.3.4::", "::1.2.3", "fe80::1%eth0", "[::1]", "1:2:3:4:5:6:7::8",
    ])
    func `what is no address is none`(text: String) { #expect(ClientAddress(text) == nil) }

    @Test func `a range holds what begins as it does`() throws {
        let ten = try #require(AddressRange("10.0.0.0/8"))
        #expect(ten.contains(try #require(ClientAddress("10.255.0.1"))))
        #expect(!ten.contains(try #require(ClientAddress("11.0.0.1"))))
        #expect(!ten.contains(try #require(ClientAddress("a00::1"))))
        let local = try #require(AddressRange("fd00::/8"))
        #expect(local.contains(try #require(ClientAddress("fd12:3456::1"))))
        #expect(!local.contains(try #require(ClientAddress("fe80::1"))))
        #expect(try #require(AddressRange("::/0")).contains(try #require(ClientAddress("192.0.2.1"))))
        #expect(
            [AddressRange("10.0.0.1/8"), AddressRange("10.0.0.0/33"), AddressRange("10.0.0.0/"), AddressRange("ten")]
                == [nil, nil, nil, nil])
    }

    @Test(arguments: [
        ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),  // a header from anybody says nothing
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),  // the first was sent by the client itself
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", [], "10.0.0.1"), ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["[2001:db8::7]"], "2001:db8:0:0:0:0:0:7"),
    ])
    func `a client's address is a trusted proxy's word or the peer's own`(
        peer: String, forwarded: [String], client: String
    ) throws {
        let proxies = TrustedProxies([try #require(AddressRange("10.0.0.0/8"))])
        #expect(proxies.client(peer: try #require(ClientAddress(peer)), forwarded: forwarded).description == client)
    }

    @Test func `rates take the 64 of IPv6 for one customer`() throws {
        let one = try #require(ClientAddress("2001:db8:1:2:3::4")), two = try #require(ClientAddress("2001:db8:1:2::9"))
        #expect(one.rateKey == two.rateKey)
        #expect(one.rateKey != ClientAddress("2001:db8:1:3::4")?.rateKey)
        #expect(ClientAddress("192.0.2.1")?.rateKey != ClientAddress("192.0.2.2")?.rateKey)
    }
}
