// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

@Suite struct JobQueuesTests {
    private func job(_ n: Int64) -> JobID {
        var generator = SystemRandomNumberGenerator()
        return JobID(at: WallTime(milliseconds: n), using: &generator)
    }

    @Test func `a queue is first in, first out, and no job is in it twice`() {
        var ready = JobQueues()
        let (a, b) = (job(1), job(2))
        ready.enqueue(a, in: .intake)
        ready.enqueue(b, in: .intake)
        ready.enqueue(a, in: .intake)
        #expect(ready.next(in: .intake) == a)
        #expect(ready.next(in: .intake) == b)
        #expect(ready.next(in: .intake) == nil)
        #expect(ready.occupied.isEmpty)
    }

    @Test func `a job that moves to another queue, or is removed, leaves its place`() {
        var ready = JobQueues()
        let (a, b) = (job(1), job(2))
        ready.enqueue(a, in: .intake)
        ready.enqueue(b, in: .intake)
        ready.enqueue(a, in: .backend(.builtin))
        ready.remove(b)
        #expect(ready.next(in: .intake) == nil)
        #expect(ready.next(in: .backend(.builtin)) == a)
    }
}
