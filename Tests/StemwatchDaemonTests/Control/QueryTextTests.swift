// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemwatchDaemon

struct QueryTextTests {
    @Test func `a query has its first value of a name, and all of them`() {
        let query = QueryText("state=held&state=failed&folder=a%20b&flag")
        #expect(query.texts("state") == ["held", "failed"])
        #expect(query.bytes("folder") == Array("a b".utf8))
        #expect(query.bytes("flag") == [])
        #expect(query.bytes("missing") == nil)
    }
}
