// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Lets dedicated threads wake one waiting task. A wake without a waiting task is kept, once.
public final class Wakeup: Sendable {
    private let state = Mutex(State.quiet)

    private enum State {
        case quiet
        case woken
        case waiting(CheckedContinuation<Void, Never>)
    }

    public init() {}

    /// From any thread, at any time; never waits.
    public func wake() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            if case .waiting(let continuation) = state {
                state = .quiet
                return continuation
            }
            state = .woken
            return nil
        }
        waiting?.resume()
    }

    /// Returns after a ``wake()`` that no wait has used up, or when the task is cancelled. One task at a time.
    public func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let atOnce = state.withLock { state in
                    // Cancelled before this: the handler has run, or runs now and finds the continuation.
                    if case .woken = state {
                        state = .quiet
                        return true
                    }
                    if Task.isCancelled { return true }
                    state = .waiting(continuation)
                    return false
                }
                if atOnce { continuation.resume() }
            }
        } onCancel: {
            stopWaiting()
        }
    }

    /// As ``wait()``, and also returns at `deadline`.
    public func wait(until deadline: ContinuousClock.Instant) async {
        if takeWake() { return }
        await withTaskGroup(of: Void.self) { group in
            // The sleep ends early only when the task is cancelled, which ends this wait too.
            group.addTask { try? await Task.sleep(until: deadline, clock: .continuous) }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func takeWake() -> Bool {
        state.withLock { state in
            guard case .woken = state else { return false }
            state = .quiet
            return true
        }
    }

    private func stopWaiting() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .quiet
            return continuation
        }
        waiting?.resume()
    }
}
