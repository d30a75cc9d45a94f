// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that stands still until the test moves it. Its instants are those of `ContinuousClock`, so it can stand in
/// for one.
///
/// A sleep until a moment that has passed returns at once: a test may move the clock before or after the sleep begins.
public final class ManualClock: Clock, Sendable {
    public typealias Instant = ContinuousClock.Instant

    private struct State {
        var now: Instant
        var sleepers: [UInt64: (deadline: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var nextID: UInt64 = 0
        /// A task that waits for a sleeper, and the latest deadline of that sleeper.
        var watchers: [UInt64: (deadline: Instant, continuation: CheckedContinuation<Void, Never>)] = [:]
    }
    private let state: Mutex<State>

    public init(now: Instant = .now) { state = Mutex(State(now: now)) }

    public var now: Instant { state.withLock { $0.now } }
    public var minimumResolution: Duration { .zero }

    /// Moves the clock on and wakes every sleeper whose deadline has come.
    public func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns once a task sleeps until `deadline` or earlier, or when the calling task is cancelled.
    public func sleeper(until deadline: Instant) async {
        let id = newID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.sleepers.values.contains(where: { $0.deadline <= deadline }) || Task.isCancelled {
                        return true
                    }
                    state.watchers[id] = (deadline, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.watchers.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    private func newID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = newID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // Checked under the lock: either it is cancelled before it sleeps, or the handler wakes it.
                var watchers: [CheckedContinuation<Void, Never>] = []
                let early: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[id] = (deadline, continuation)
                    watchers = state.watchers.values.filter { deadline <= $0.deadline }.map(\.continuation)
                    state.watchers = state.watchers.filter { deadline > $0.value.deadline }
                    return nil
                }
                if let early { continuation.resume(with: early) }
                for watcher in watchers { watcher.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
        }
    }
}
