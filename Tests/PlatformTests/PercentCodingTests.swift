// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct PercentCodingTests {
    @Test(arguments: [[0x61], [0xFF, 0x20, 0x2F], Array("söng & co?.wav".utf8), [0x0A, 0x25]] as [[UInt8]])
    func `bytes come back as they were`(bytes: [UInt8]) {
        let text = PercentCoding.encode(bytes)
        #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "&") && $0 != UInt8(ascii: "?") })
        #expect(PercentCoding.decode(text) == bytes)
    }

    @Test(arguments: ["%", "%4", "%GG", "%+F", "a%2"])
    func `what is not percent-encoded is refused`(text: String) {
        #expect(PercentCoding.decode(text) == nil)
    }
}
