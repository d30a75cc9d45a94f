// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import SystemPackage

/// The fold of one job: what each event makes of it. Total: an event that does not fit changes nothing.
extension Job {
    /// Applies what happened at `time`.
    /// - Returns: whether it fitted the job's state; where it did not (an event told twice, or out of order), nothing changed.
    @discardableResult
    public mutating func apply(_ event: LedgerEvent, at time: WallTime) -> Bool {
        let fits = change(by: event, at: time)
        if fits { updatedAt = max(updatedAt, time) }
        return fits
    }

    private mutating func change(by event: LedgerEvent, at time: WallTime) -> Bool {
        switch event {
        case .found, .snapshot, .watched, .paused, .unpaused, .unknown: return false
        case .refunded: return refund()
        case .resumed(let by, let anew, let repay): return resume(by: by, anew: anew, repay: repay)
        case .rejected(let failure): return end(.rejected(failure))
        case .failed(let failure): return end(.failed(failure))
        case .cancelled(let failure): return end(.cancelled(failure))
        case .released where ending != nil || startsOver: return release()
        // A source may be disposed of, and its remote copies deleted, whatever became of the job since.
        case .disposed(let how, let to): return dispose(how, to)
        default: break
        }
        // What was called off may have come further before it could be stopped. That stands, and has to be cleared away.
        guard ending == nil || standing == .cancelled else { return false }
        switch event {
        case .queued, .held, .submitting:
            return ending == nil && decide(event, at: time)
        case .deferred(let failure, let attempt, let retryAt):
            guard step != .released, ending == nil || isToBeCleared else { return false }
            wait = .deferred(failure, attempt: attempt, retryAt: retryAt)
            attempts += attempts < .max ? 1 : 0
            troubledSince = troubledSince ?? time
        case .checkpoint(let checkpoint):
            guard step == .submitting else { return false }
            self.checkpoint = checkpoint
            wait = nil
        case .submitted(let remote):
            guard step == .submitting else { return false }
            self.remote = remote
            advance(to: .submitted)
        case .separating:
            guard step == .submitted else { return false }
            advance(to: .separating)
        case .returning(let charged):
            guard step >= .submitting, step < .returning else { return false }
            charge = Spending(amount: charged, at: reservation?.at ?? time)
            reservation = nil
            advance(to: .returning)
        case .delivered(let delivered):
            guard step >= .queued, step < .delivered else { return false }
            self.delivered = delivered
            repayAllowed = false
            ending = nil
            advance(to: .delivered)
        case .released:
            guard step == .delivered else { return false }
            advance(to: .released)
        default: return false
        }
        return true
    }

    /// What is decided about a job that goes on.
    private mutating func decide(_ event: LedgerEvent, at time: WallTime) -> Bool {
        switch event {
        case .queued(let facts, let backend, let settings):
            guard step <= .queued else { return false }
            (self.facts, self.backend, self.settings) = (facts, backend, settings)
            advance(to: .queued)
        case .held(let failure):
            guard step != .released else { return false }
            wait = .held(failure)
        case .submitting(_, let reserved):
            // Also from beyond it: a backend may have lost what it had taken. Never once it is paid for.
            guard step >= .queued, step < .returning, charge == nil else { return false }
            reservation = Spending(amount: reserved, at: time)
            if step > .submitting { (remote, checkpoint) = (nil, nil) }
            if step == .submitting { wait = nil } else { advance(to: .submitting) }
        default: return false
        }
        return true
    }

    private mutating func advance(to step: JobStep) {
        self.step = step
        wait = nil
        startsOver = false
        // A separation is one attempt from its submission to its stems: being taken on is no success yet.
        if !(.submitting ... .separating).contains(step) { startAnew() }
    }

    private mutating func startAnew() {
        attempts = 0
        troubledSince = nil
    }

    private mutating func refund() -> Bool {
        guard reservation != nil || charge != nil || step > .queued || startsOver, step < .delivered else {
            return false
        }
        startsOver = false
        (reservation, charge, remote, checkpoint) = (nil, nil, nil, nil)
        if ending != nil { wait = nil }
        step = min(step, .queued)
        return true
    }

    private mutating func end(_ ending: JobEnding) -> Bool {
        // A person may cancel what has failed; nothing else ends twice.
        if case .cancelled = ending, self.ending != nil, standing != .cancelled {
            self.ending = ending
            startAnew()
            return true
        }
        guard self.ending == nil, step != .released else { return false }
        self.ending = ending
        wait = nil
        startsOver = false
        if standing == .cancelled { startAnew() }
        return true
    }

    private mutating func resume(by: ResumeReason, anew: Bool, repay: Bool) -> Bool {
        guard step < .delivered || !anew else { return false }
        // What is called off and not cleared away yet waits too: time lifts that, a person calls the job back.
        guard let ending, wait == nil || by == .person else {
            guard wait != nil || anew else { return false }
            wait = nil
            startsOver = startsOver || anew
            repayAllowed = repayAllowed || repay
            if by == .person { startAnew() }
            return true
        }
        self.ending = nil
        wait = nil
        startsOver = anew
        repayAllowed = repayAllowed || repay
        startAnew()
        // A rejection was a verdict on the content: it is examined anew, unless more than that has been done.
        if case .rejected = ending, step <= .queued {
            step = .found
            (facts, backend, settings) = (nil, nil, nil)
        }
        return true
    }

    /// Of a job that ended early, or starts over: nothing is left at the backend, and what was set aside and not given back
    /// is spent.
    private mutating func release() -> Bool {
        guard hasRemains || startsOver else { return false }
        charge = charge ?? reservation
        (remote, checkpoint, reservation, wait) = (nil, nil, nil, nil)
        if startsOver {
            if let charge { writtenOff.append(charge) }
            charge = nil
            step = min(step, .queued)
        } else if step > .queued, step < .returning {
            step = .queued
        }
        startsOver = false
        return true
    }

    private mutating func dispose(_ how: Disposal, _ to: FilePath?) -> Bool {
        guard step >= .delivered, disposal == nil else { return false }
        disposal = how
        movedTo = to
        return true
    }
}
