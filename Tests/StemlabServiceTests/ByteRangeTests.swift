// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import StemlabService

@Suite struct ByteRangeTests {
    @Test(arguments: [
        ("bytes=0-", ByteRange.part(0..<10)), ("bytes=3-5", .part(3..<6)), ("bytes=3-99", .part(3..<10)),
        ("bytes=-4", .part(6..<10)), ("bytes=-99", .part(0..<10)), ("bytes=9-9", .part(9..<10)),
        ("bytes=10-", .beyond), ("bytes=10-12", .beyond), ("bytes=-0", .beyond),
    ])
    func `a range that is understood gives that part, or says that it is beyond the end`(
        field: String, range: ByteRange
    ) {
        #expect(ByteRange.of(field, length: 10) == range)
    }

    @Test(arguments: [
        nil, "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-3", "bytes=0-1,3-4", "items=0-1", "bytes=+1-2",
        "bytes=0x1-2", "bytes=99999999999999999999-",
    ])
    func `a range that is not understood is as if it were not there`(field: String?) {
        #expect(ByteRange.of(field, length: 10) == .whole)
    }

    @Test(arguments: [("bytes 0-9/10", 0, 9, 10), ("bytes 5-5/6", 5, 5, 6)])
    func `a content range says where a part lies in the whole`(field: String, first: Int64, last: Int64, size: Int64) {
        let range = ContentRange(field)
        #expect(range?.first == first && range?.last == last && range?.size == size)
    }

    @Test(arguments: [
        "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9/*", "bytes */10", "bytes=0-9/10", "bytes -9/10",
        "bytes 0-9/10/11", "bytes 0-9999999999999/99999999999999", "bytes 0-9",
    ])
    func `a content range that makes no sense is none`(field: String) { #expect(ContentRange(field) == nil) }
}
