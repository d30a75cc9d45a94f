// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import StemwatchDaemon

@Suite struct PercentCodingTests {
    @Test(arguments: [[0x61], [0xFF, 0x20, 0x2F], Array("söng & co?.wav".utf8), [0x0A, 0x25]] as [[UInt8]])
    func `bytes come back as they were`(bytes: [UInt8]) {
        let text = PercentCoding.encode(bytes)
        #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "?") })
        #expect(PercentCoding.decode(text) == bytes)
    }

    @Test(arguments: ["%", "%4", "%GG", "a%2"])
    func `what is not percent-encoded is refused`(text: String) {
        #expect(PercentCoding.decode(text) == nil)
    }

    @Test func `a query has its first value of a name, and all of them`() {
        let query = QueryText("state=held&state=failed&folder=a%20b&flag")
        #expect(query.texts("state") == ["held", "failed"])
        #expect(query.bytes("folder") == Array("a b".utf8))
        #expect(query.bytes("flag") == [])
        #expect(query.bytes("missing") == nil)
    }
}
