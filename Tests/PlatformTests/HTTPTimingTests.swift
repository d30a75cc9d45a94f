// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct HTTPTimingTests {
    private static let now = WallTime(rfc3339: "2026-11-28T12:00:00Z")!

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), ("99999", .seconds(3600)),
        ("99999999999999999999999", .seconds(3600)), ("Sat, 28 Nov 2026 12:01:30 GMT", .seconds(90)),
        ("Sat, 28 Nov 2026 11:00:00 GMT", .zero), ("Fri, 01 Jan 2100 00:00:00 GMT", .seconds(3600)),
    ])
    func `Retry-After is seconds or a date, and never long`(text: String, wait: Duration) {
        #expect(HTTPTiming.retryAfter(text, now: Self.now) == wait)
    }

    @Test(arguments: [
        "", "-1", "soon", "1.5", "Sat, 28 Nov", "Sat, 99 Nov 2026 12:01:30 GMT", "Sat, 28 Foo 2026 12:01:30 GMT",
    ])
    func `a Retry-After that is neither is ignored`(text: String) {
        #expect(HTTPTiming.retryAfter(text, now: Self.now) == nil)
    }

    @Test func `quotas are read one by one, and nonsense is ignored`() {
        let quotas = HTTPTiming.quotas(#""account";r=299;t=1, "address"; r=0; t=99999, nonsense, "x";t=1, "y";r=-1"#)
        #expect(quotas.map(\.name) == ["account", "address"])
        #expect(quotas.map(\.remaining) == [299, 0])
        #expect(quotas.map(\.reset) == [.seconds(1), .seconds(3600)])
    }
}
