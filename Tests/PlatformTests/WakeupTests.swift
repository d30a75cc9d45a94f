// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@Suite(.timeLimit(.minutes(5))) struct WakeupTests {
    @Test func `a wake before the wait is kept, once`() async {
        let wakeup = Wakeup()
        wakeup.wake()
        wakeup.wake()
        await wakeup.wait()
        // The second was the same wake: only the deadline ends this wait.
        let deadline = ContinuousClock.now + .milliseconds(5)
        await wakeup.wait(until: deadline)
        #expect(ContinuousClock.now >= deadline)
    }

    @Test func `a wake ends a wait long before its deadline`() async {
        let wakeup = Wakeup()
        async let waiting: Void = wakeup.wait(until: .now + .seconds(3600))
        wakeup.wake()
        await waiting
    }

    @Test func `cancellation ends a wait`() async {
        let wakeup = Wakeup()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await wakeup.wait() }
            group.addTask { await wakeup.wait(until: .now + .seconds(3600)) }
            group.cancelAll()
        }
    }
}
