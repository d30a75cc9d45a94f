// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// Decides whether a job may start now: the one place that checks every limit, before anything is sent or spent.
///
/// The engine owns it. A check and its count are one step, so two jobs can never both have the last minute.
struct Admission: Sendable {
    var budget: Budget
    var meter: MinuteMeter
    var slots: Slots
    var claims = AllowanceClaims()
    private var limits: [BackendName: RateLimit] = [:]
    private var buckets: [BackendName: TokenBucket] = [:]

    init(budget: Budget, meter: MinuteMeter, slots: Slots) {
        self.budget = budget
        self.meter = meter
        self.slots = slots
    }

    /// A job that is to start.
    struct Request: Hashable, Sendable {
        var job: JobID
        var folder: FolderName
        var backend: BackendName
        var amount: AudioDuration
        /// Already set aside for this job: then no budget is checked or counted again.
        var reservation: Spending?
    }

    enum Verdict: Hashable, Sendable {
        /// A slot and a token are taken, and this is set aside in the meter. The ledger must have it before anything
        /// leaves. It is the request's reservation, where there is one.
        case start(Spending)
        /// Nothing is taken; the failure's remedy is what lifts the hold.
        case hold(Failure)
        /// Nothing is taken; no slot of the backend is free.
        case waitForSlot
        /// Nothing is taken; the backend's rate limit allows the next after this long.
        case waitForRate(Duration)
    }

    /// The backend's rate limit, as configured; `nil`: none. A bucket keeps its level when the limit stays the same.
    /// - Parameter lastStart: when a job was last started, by this process or by one before it.
    mutating func limitRate(
        of backend: BackendName, to limit: RateLimit?, lastStart: ContinuousClock.Instant? = nil,
        now: ContinuousClock.Instant
    ) {
        guard limits[backend] != limit else { return }
        limits[backend] = limit
        buckets[backend] = limit?.bucket(lastTaken: lastStart, now: now)
    }

    /// Decides, and counts the job in the same step when it may start.
    /// - Parameters:
    ///   - now: the time for days and months.
    ///   - tick: the time for rates.
    mutating func decide(
        _ request: Request, now: WallTime, tick: ContinuousClock.Instant
    ) -> Verdict {
        if request.reservation == nil {
            if let failure = budget.refusal(of: request.amount, folder: request.folder, meter: meter, now: now) {
                return .hold(failure)
            }
        }
        let hadSlot = slots.holds(request.job, at: request.backend)
        guard slots.take(request.backend, for: request.job) else { return .waitForSlot }
        if let wait = buckets[request.backend]?.take(now: tick) {
            if !hadSlot { slots.give(back: request.backend, of: request.job) }
            return .waitForRate(wait)
        }
        if let reservation = request.reservation { return .start(reservation) }
        let spending = Spending(amount: request.amount, at: now)
        meter.add(spending, folder: request.folder)
        return .start(spending)
    }

    /// Claims what a job takes of its backend's balance, if the balance has it.
    /// - Parameter allowance: what the backend reported when it was asked at `asked`.
    /// - Returns: why the job may not have it; `nil` when it has claimed it.
    mutating func claim(
        _ amount: AudioDuration, for job: JobID, of backend: BackendName, allowance: Allowance,
        asked: ContinuousClock.Instant, now: WallTime
    ) -> Failure? {
        var left = allowance
        left.remaining = left.remaining - claims.others(job, of: backend, asked: asked)
        let short = left.refusal(of: amount, backend: backend, calendar: meter.calendar, now: now)
        if short == nil { claims.claim(amount, for: job, of: backend) }
        return short
    }
}

extension Allowance {
    /// Why `amount` may not be spent from it; `nil` when it may. Held until the balance starts anew, where that is
    /// known.
    func refusal(
        of amount: AudioDuration, backend: BackendName? = nil, calendar: CivilCalendar, now: WallTime
    ) -> Failure? {
        guard amount > remaining else { return nil }
        let lift = resetsAt.flatMap { $0 > now ? $0 : nil }
        let whose = backend.map { "backend \($0)" } ?? "the backend"
        return Failure(
            .minutesExhausted,
            "this track needs \(amount.minutes), and \(whose) has \(max(.zero, remaining).minutes) left",
            hint: lift.map { "the balance starts anew at \(calendar.text($0))" }
                ?? "it goes on when the balance is enough",
            remedy: .hold(until: lift.map(Lift.time) ?? .surroundings))
    }
}
