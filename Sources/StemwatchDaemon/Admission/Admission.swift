// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

/// May this job start now? The one place where every limit is asked, before anything is sent or spent.
///
/// Owned by whoever decides: asking and counting happen in one step, so two jobs can never both have the last minute.
public struct Admission: Sendable {
    public var budget: Budget
    public var meter: MinuteMeter
    public var slots: Slots
    public var claims = AllowanceClaims()
    private var limits: [BackendName: RateLimit] = [:]
    private var buckets: [BackendName: TokenBucket] = [:]

    public init(budget: Budget, meter: MinuteMeter, slots: Slots) {
        self.budget = budget
        self.meter = meter
        self.slots = slots
    }

    /// What is asked for.
    public struct Request: Hashable, Sendable {
        public var job: JobID
        public var folder: FolderName
        public var backend: BackendName
        public var amount: AudioDuration
        /// Already set aside for this job: then no budget is asked again, and none is counted again.
        public var reservation: Spending?
    }

    public enum Verdict: Hashable, Sendable {
        /// A slot and a token are taken, and this is set aside in the meter; to be written to the ledger before anything
        /// leaves. The spending of the request, where there was one.
        case start(Spending)
        /// Nothing is taken; the failure's remedy says what lifts the hold.
        case hold(Failure)
        /// Nothing is taken; no slot of the backend is free.
        case waitForSlot
        /// Nothing is taken; the backend's rate limit allows the next after this long.
        case waitForRate(Duration)
    }

    /// The backend's rate limit, as configured; `nil`: none. A bucket keeps its level when the limit stays the same.
    /// - Parameter lastStart: when a job was last started, by this process or by one before it.
    public mutating func limitRate(
        of backend: BackendName, to limit: RateLimit?, lastStart: ContinuousClock.Instant? = nil,
        now: ContinuousClock.Instant
    ) {
        guard limits[backend] != limit else { return }
        limits[backend] = limit
        buckets[backend] = limit?.bucket(lastTaken: lastStart, now: now)
    }

    /// Decides, and when the job may start counts it in the same step.
    /// - Parameters:
    ///   - now: what days are counted by.
    ///   - tick: what rates are counted by.
    public mutating func decide(
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

    /// Claims what a job takes of its backend's balance, if that is there.
    /// - Parameters:
    ///   - allowance: what the backend told when it was asked at `asked`.
    /// - Returns: why not, otherwise.
    public mutating func claim(
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
    /// Why `amount` may not be spent from it; `nil` when it may. Held until the balance starts anew, where it says when.
    public func refusal(
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
