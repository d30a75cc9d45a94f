// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `the vectors of the RFC go both ways`(plain: String, text: String) {
        #expect(Base64.text(of: Array(plain.utf8)) == text)
        #expect(Base64.bytes(of: text) == Array(plain.utf8))
    }

    @Test func `every byte comes back`() {
        let all = (0...255).map(UInt8.init)
        #expect(Base64.bytes(of: Base64.text(of: all)) == all)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Zm9v!", "====", "Zm=v", "Zg==Zg=="])
    func `what is never written is not read`(text: String) {
        #expect(Base64.bytes(of: text) == nil)
    }
}
