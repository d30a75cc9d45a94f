// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// When a failed step is tried again, and when it is given up.
struct RetrySchedule: Hashable, Sendable {
    enum Decision: Hashable, Sendable {
        case again(after: Duration)
        case giveUp(Failure)
    }

    /// No step is given up before this many attempts: the clock may have jumped, or the daemon been off for days.
    static let fewestAttempts = 5

    var policy: RetryPolicy
    init(_ policy: RetryPolicy) { self.policy = policy }

    /// What becomes of a step that failed.
    ///
    /// The delay doubles from `policy.first` to `policy.ceiling`. Up to a quarter is added at random, so that many jobs
    /// that failed together do not come back together. A delay that the other side requested takes the place of the
    /// doubling, up to the ceiling. Its least value doubles from one second, so that a constant answer of zero causes
    /// no storm of requests.
    /// - Parameters:
    ///   - failure: of the attempt.
    ///   - attempt: the number of the failed attempt at this step; the first is 1.
    ///   - troubledSince: when the first attempt at this step failed.
    func next(
        after failure: Failure, attempt: Int, troubledSince: WallTime, now: WallTime,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        let troubled = now.since(troubledSince)
        if attempt >= Self.fewestAttempts, troubled >= policy.giveUpAfter {
            return .giveUp(gaveUp(failure, attempt, troubled))
        }
        var delay = self.delay(attempt: attempt)
        if case .retry(let requested?) = failure.remedy {
            delay = min(policy.ceiling, max(requested, doubled(.seconds(1), attempt)))
        }
        return .again(
            after: delay + .milliseconds(Int64.random(in: 0...max(0, Self.milliseconds(delay) / 4), using: &generator)))
    }

    /// The wait after so many failed attempts, without a random part, where nothing is given up.
    func delay(attempt: Int) -> Duration { doubled(policy.first, attempt) }

    private func doubled(_ first: Duration, _ attempt: Int) -> Duration {
        Backoff(from: max(first, .milliseconds(1)), to: policy.ceiling).wait(after: attempt)
    }

    private func gaveUp(_ failure: Failure, _ attempt: Int, _ troubled: Duration) -> Failure {
        Failure(
            .jobGaveUp, "given up after \(attempt) attempts in \(troubled.spoken): \(failure.message)",
            hint: [failure.hint, "stemwatch retry JOB starts it anew"].compactMap(\.self).joined(separator: "; "),
            remedy: .hold(until: .person))
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds >= 1 << 50 ? .max : seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
