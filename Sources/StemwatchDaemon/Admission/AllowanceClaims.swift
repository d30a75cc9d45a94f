// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio

/// What jobs on their way to a backend will take of its balance. The balance that the backend reports does not count
/// them yet: without these claims, several jobs would be sent for the same last minutes.
struct AllowanceClaims: Sendable {
    private struct Claim {
        var backend: BackendName
        var amount: AudioDuration
        /// When the backend took the job over: a balance from then on counts it.
        var known: ContinuousClock.Instant?
    }
    private var claims: [JobID: Claim] = [:]

    /// Claims `amount` for a job on its way.
    mutating func claim(_ amount: AudioDuration, for job: JobID, of backend: BackendName) {
        claims[job] = Claim(backend: backend, amount: amount)
    }

    /// What other jobs claim of a balance that was requested at `asked`.
    mutating func others(_ job: JobID, of backend: BackendName, asked: ContinuousClock.Instant) -> AudioDuration {
        claims = claims.filter { $0.value.backend != backend || $0.value.known.map { $0 >= asked } ?? true }
        return claims.reduce(.zero) { sum, entry in
            entry.key == job || entry.value.backend != backend ? sum : sum + entry.value.amount
        }
    }

    /// The backend has taken the job over.
    mutating func settle(_ job: JobID, at tick: ContinuousClock.Instant) { claims[job]?.known = tick }

    /// The job is no longer on its way. What the backend has taken over stays claimed until a newer balance counts it.
    mutating func drop(_ job: JobID) {
        if claims[job]?.known == nil { claims[job] = nil }
    }
}
