// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Synchronization
import Testing

/// A number that threads share.
private final class Counter: Sendable {
    private let value = Atomic<Int>(0)
    var now: Int { value.load(ordering: .sequentiallyConsistent) }
    @discardableResult func add(_ amount: Int = 1) -> Int {
        value.add(amount, ordering: .sequentiallyConsistent).newValue
    }
    func raise(to other: Int) { value.max(other, ordering: .sequentiallyConsistent) }
}

private final class Order: Sendable {
    private let value = Mutex<[Int]>([])
    var numbers: [Int] { value.withLock { $0 } }
    func append(_ number: Int) { value.withLock { $0.append(number) } }
}

@Suite struct BlockingPoolTests {
    @Test func `returns the result of the work`() async throws {
        let pool = BlockingPool(threads: 2)
        let value = try await pool.run { () throws(Failure) in 7 }
        #expect(value == 7)
    }

    @Test func `throws what the work throws`() async {
        let expected = Failure(.systemIO, "reading x failed", remedy: .retry(after: nil))
        let pool = BlockingPool(threads: 1)
        await #expect(throws: expected) { try await pool.run { () throws(Failure) -> Int in throw expected } }
    }

    @Test func `never runs more at once than its bound, and runs all`() async throws {
        let pool = BlockingPool(threads: 3)
        let running = Counter(), most = Counter(), done = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try? await pool.run { () throws(Failure) in
                        most.raise(to: running.add())
                        sched_yield()
                        running.add(-1)
                        done.add()
                    }
                }
            }
        }
        #expect(done.now == 200)
        #expect((1...3).contains(most.now))
        #expect(pool.threads <= 3)
    }

    @Test(.timeLimit(.minutes(5))) func `as many as the bound block at the same time`() async throws {
        // Each waits until all four run: with fewer threads this would never end.
        let pool = BlockingPool(threads: 4)
        let inside = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await pool.run { () throws(Failure) in
                        inside.add()
                        while inside.now < 4 { sched_yield() }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `one thread runs work in the order of the calls`() async throws {
        let pool = BlockingPool(threads: 1)
        let order = Order()
        let latch = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await pool.run { () throws(Failure) in
                    while latch.now == 0 { sched_yield() }
                }
            }
            for number in 0..<50 {
                // Started one after the other: each waits until the one before is in the queue.
                let before = pool.waiting
                group.addTask { try await pool.run { () throws(Failure) in order.append(number) } }
                while pool.waiting == before && pool.threads > 0 { await Task.yield() }
            }
            latch.add()
            try await group.waitForAll()
        }
        #expect(order.numbers == Array(0..<50))
    }

    @Test(.timeLimit(.minutes(5))) func `idle threads end`() async throws {
        let pool = BlockingPool(threads: 4, idleLimit: .milliseconds(1))
        try await pool.run { () throws(Failure) in }
        while pool.threads > 0 { await Task.yield() }
        let again = try await pool.run { () throws(Failure) in true }
        #expect(again)
    }
}
