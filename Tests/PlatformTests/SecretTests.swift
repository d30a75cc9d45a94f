// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct SecretTests {
    @Test func `a secret prints, interpolates, dumps and reflects as redacted`() {
        let secret = Secret("hunter2")
        struct Holder { var token: Secret }
        var dumped = ""
        dump(Holder(token: secret), to: &dumped)
        for text in [
            "\(secret)", String(reflecting: secret), String(describing: Holder(token: secret)),
            "\(Optional(secret) as Any)", dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("<redacted>"))
        }
        #expect(secret.reveal() == "hunter2")
    }
}
