// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Audio

struct SampleQueueTests {
    @Test func `samples come out in the order they went in, whatever the blocks`() {
        let queue = SampleQueue<Int>(capacity: 8)
        var (next, expected) = (0, 0)
        for round in 0..<500 {
            let block = Array(next..<next + round * 7 % 31)
            next += block.count
            block.withUnsafeBufferPointer { queue.append($0) }
            let taken = min(queue.count, round * 5 % 29)
            #expect(Array(queue.waiting.prefix(taken)) == Array(expected..<expected + taken))
            queue.removeFirst(taken)
            expected += taken
        }
        #expect(Array(queue.waiting) == Array(expected..<next))
    }
}
