// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemwatchDaemon

@Suite struct AudioClaimsTests {
    typealias S = LedgerSamples
    private static let key = PayKey(audio: S.digest(1), settings: "a")
    private let first = S.id(1)
    private let second = S.id(2)
    private let third = S.id(3)

    private func candidate(_ job: JobID, repayAllowed: Bool = false) -> AudioClaims.Candidate {
        AudioClaims.Candidate(job: job, key: Self.key, repayAllowed: repayAllowed)
    }

    @Test func `a duplicate waits for the job that separates its audio, and is woken when that has ended`() {
        var claims = AudioClaims()
        #expect(claims.decide(candidate(first), paid: nil) == .separate)
        claims.claim(Self.key, for: first)
        #expect(claims.decide(candidate(second), paid: nil) == .wait(for: first))
        #expect(claims.owner(for: second, Self.key) == first)
        #expect(claims.update(first, Self.key, to: .separating) == [])
        #expect(claims.update(first, Self.key, to: .delivered) == [second])
        #expect(claims.owner(for: second, Self.key) == nil)
        #expect(claims.decide(candidate(second), paid: .init(job: first, isDelivered: true)) == .reuse(first))
    }

    @Test func `a duplicate is woken when its owner waits for a person, and finds that owner again`() {
        var claims = AudioClaims()
        claims.claim(Self.key, for: first)
        _ = claims.decide(candidate(second), paid: nil)
        #expect(claims.update(first, Self.key, to: .undecided) == [second])
        #expect(claims.decide(candidate(second), paid: nil) == .wait(for: first))
    }

    @Test func `audio that was paid for without a result is paid again only with a person's permission`() {
        var claims = AudioClaims()
        let paid = AudioClaims.Paid(job: first, isDelivered: false)
        #expect(claims.decide(candidate(second), paid: paid) == .askPerson(about: first))
        #expect(claims.decide(candidate(second, repayAllowed: true), paid: paid) == .separate)
    }

    @Test func `stems are looked for before audio is paid again, and once more at a person's request`() {
        var claims = AudioClaims()
        let paid = AudioClaims.Paid(job: first, isDelivered: true)
        #expect(claims.decide(candidate(second, repayAllowed: true), paid: paid) == .reuse(first))
        claims.stemsMissing(second, of: first)
        #expect(claims.decide(candidate(second, repayAllowed: true), paid: paid) == .separate)
        // The stems of another job may be there.
        let other = AudioClaims.Paid(job: third, isDelivered: true)
        #expect(claims.decide(candidate(second, repayAllowed: true), paid: other) == .reuse(third))
        claims.lookAgain(second)
        #expect(claims.decide(candidate(second, repayAllowed: true), paid: paid) == .reuse(first))
    }

    @Test func `a folder that shares no stems separates its duplicates beside each other`() {
        var claims = AudioClaims()
        claims.claim(Self.key, for: first)
        var own = candidate(second)
        own.sharesStems = false
        #expect(claims.decide(own, paid: .init(job: third, isDelivered: true)) == .separate)
        #expect(claims.update(first, Self.key, to: .idle) == [])
    }

    @Test(arguments: 1...10)
    func `thousands of random steps give the same results as a simple model`(_ seed: UInt64) {
        var random = S.Fixed(value: seed)
        var claims = AudioClaims()
        var model = ListedClaims()
        var differing: [String] = []
        for number in 0..<2000 {
            let step = Self.step(&random)
            let (answer, expected) = (step.take(&claims), model.take(step))
            let owners = Self.jobs.flatMap { job in Self.keys.map { claims.owner(for: job, $0) } }
            let expectedOwners = Self.jobs.flatMap { job in Self.keys.map { model.owner(job, $0) } }
            if answer != expected || owners != expectedOwners { differing.append("\(number): \(step), \(answer)") }
        }
        #expect(differing == [])
    }

    @Test(arguments: 1...10)
    func `random jobs never separate or pay the same audio twice, and none is forgotten`(
        _ seed: UInt64
    ) {
        var random = S.Fixed(value: seed)
        var lives = RandomLives()
        for _ in 0..<2000 { lives.step(&random) }
        #expect(lives.breaches == [])
        lives.finish()
        #expect(lives.breaches == [])
        #expect(lives.unfinished == [])
    }

    static let jobs = (1...6).map { S.id($0) }
    static let keys = (1...2).map { PayKey(audio: S.digest($0), settings: "a") }

    private static let standings: [AudioClaims.Standing] = [.separating, .undecided, .delivered, .idle]

    private static func step(_ random: inout S.Fixed) -> ClaimStep {
        let job = jobs.randomElement(using: &random)!
        let key = keys.randomElement(using: &random)!
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            var candidate = AudioClaims.Candidate(job: job, key: key, repayAllowed: Bool.random(using: &random))
            candidate.sharesStems = Int.random(in: 0..<5, using: &random) > 0
            let earlier = jobs.randomElement(using: &random)!
            let paid = AudioClaims.Paid(job: earlier, isDelivered: Bool.random(using: &random))
            return .decide(candidate, Bool.random(using: &random) ? paid : nil)
        case 3: return .claim(key, job)
        case 4: return .restore(key, job, standings.randomElement(using: &random)!)
        case 5: return .wait(key, job)
        case 6, 7: return .update(key, job, standings.randomElement(using: &random)!)
        case 8: return .missing(job, of: jobs.randomElement(using: &random)!)
        default: return Int.random(in: 0..<8, using: &random) > 0 ? .lookAgain(job) : .reset(keeping: job)
        }
    }
}

/// One call with its arguments.
private enum ClaimStep {
    case decide(AudioClaims.Candidate, AudioClaims.Paid?)
    case claim(PayKey, JobID)
    case restore(PayKey, JobID, AudioClaims.Standing)
    case wait(PayKey, JobID)
    case update(PayKey, JobID, AudioClaims.Standing)
    case missing(JobID, of: JobID)
    case lookAgain(JobID)
    case reset(keeping: JobID)

    enum Answer: Equatable {
        case nothing
        case decision(AudioClaims.Decision)
        case woken([JobID])
    }

    func take(_ claims: inout AudioClaims) -> Answer {
        switch self {
        case .decide(let candidate, let paid): return .decision(claims.decide(candidate, paid: paid))
        case .claim(let key, let job): claims.claim(key, for: job)
        case .restore(let key, let job, let standing): claims.restore(key, for: job, standing)
        case .wait(let key, let job): claims.wait(job, for: key)
        case .update(let key, let job, let standing): return .woken(claims.update(job, key, to: standing))
        case .missing(let job, let earlier): claims.stemsMissing(job, of: earlier)
        case .lookAgain(let job): claims.lookAgain(job)
        case .reset(let kept): claims.reset { $0 == kept }
        }
        return .nothing
    }
}

/// The simple, slow model: three lists, each searched from its end.
private struct ListedClaims {
    private var claims: [(key: PayKey, job: JobID)] = []
    private var waiting: [(key: PayKey, job: JobID)] = []
    private var missing: [(job: JobID, earlier: JobID)] = []

    private func holder(_ key: PayKey) -> JobID? { claims.last { $0.key == key }?.job }

    func owner(_ job: JobID, _ key: PayKey) -> JobID? {
        waiting.contains { $0 == (key, job) } ? holder(key) : nil
    }

    private mutating func wait(_ job: JobID, _ key: PayKey) {
        if !waiting.contains(where: { $0 == (key, job) }) { waiting.append((key, job)) }
    }

    mutating func take(_ step: ClaimStep) -> ClaimStep.Answer {
        switch step {
        case .decide(let candidate, let paid): return .decision(decide(candidate, paid))
        case .claim(let key, let job):
            claims.removeAll { $0.key == key }
            claims.append((key, job))
        case .restore(let key, let job, let standing):
            let isOnItsWay = standing == .separating || standing == .undecided
            if isOnItsWay, holder(key) == nil { claims.append((key, job)) }
        case .wait(let key, let job): wait(job, key)
        case .update(let key, let job, let standing): return .woken(update(key, job, standing))
        case .missing(let job, let earlier): missing.append((job, earlier))
        case .lookAgain(let job): missing.removeAll { $0.job == job }
        case .reset(let kept):
            claims.removeAll { $0.job != kept }
            waiting = []
        }
        return .nothing
    }

    private mutating func decide(_ candidate: AudioClaims.Candidate, _ paid: AudioClaims.Paid?) -> AudioClaims.Decision
    {
        let job = candidate.job
        if !candidate.sharesStems { return .separate }
        if let holder = holder(candidate.key), holder != job {
            wait(job, candidate.key)
            return .wait(for: holder)
        }
        guard let paid, paid.job != job else { return .separate }
        let isInVain = missing.last { $0.job == job }?.earlier == paid.job
        switch (paid.isDelivered, candidate.repayAllowed, isInVain) {
        case (true, false, _), (true, true, false): return .reuse(paid.job)
        case (true, true, true), (false, true, _): return .separate
        case (false, false, _): return .askPerson(about: paid.job)
        }
    }

    private mutating func update(_ key: PayKey, _ job: JobID, _ standing: AudioClaims.Standing) -> [JobID] {
        if standing == .delivered { missing.removeAll { $0.job == job } }
        let isWaking =
            switch standing {
            case .separating: false
            case .undecided, .idle: holder(key) == job
            case .delivered: holder(key) == job || holder(key) == nil
            }
        if standing == .delivered || standing == .idle { claims.removeAll { $0.key == key && $0.job == job } }
        guard isWaking else { return [] }
        defer { waiting.removeAll { $0.key == key } }
        return waiting.filter { $0.key == key }.map(\.job)
    }
}

/// Jobs as the engine runs them, all of one backend that bills. Every decision about them is carried out.
private struct RandomLives {
    private struct Life {
        let key: PayKey
        var state = State.queued
        var hasPaid = false
        var isDelivered = false
        var repayAllowed = false
    }
    private enum State { case queued, waiting, separating, asking, over }

    private var claims = AudioClaims()
    private var lives: [JobID: Life] = [:]
    private var order: [JobID] = []
    private var stemsAreGone: Set<JobID> = []
    private(set) var breaches: [String] = []

    var unfinished: [JobID] { order.filter { lives[$0]?.state != .over } }

    mutating func step(_ random: inout LedgerSamples.Fixed) {
        guard order.count > 3, Int.random(in: 0..<6, using: &random) > 0, let job = order.randomElement(using: &random)
        else {
            let job = LedgerSamples.id(UInt64(order.count + 1))
            lives[job] = Life(key: AudioClaimsTests.keys.randomElement(using: &random)!)
            return order.append(job)
        }
        switch lives[job]!.state {
        case .queued: decide(job)
        case .separating: end(job, delivers: Bool.random(using: &random))
        case .over where Int.random(in: 0..<4, using: &random) == 0: stemsAreGone.insert(job)
        case .asking where Int.random(in: 0..<4, using: &random) == 0: allow(job)
        case .waiting, .asking, .over: break
        }
    }

    /// Every job gets its turn, every separation is delivered, and a person permits every request.
    mutating func finish() {
        for _ in 0..<(4 * order.count) where !unfinished.isEmpty {
            for job in unfinished {
                switch lives[job]!.state {
                case .queued: decide(job)
                case .separating: end(job, delivers: true)
                case .asking: allow(job)
                case .waiting, .over: break
                }
            }
        }
    }

    private mutating func allow(_ job: JobID) {
        claims.lookAgain(job)
        lives[job]!.repayAllowed = true
        lives[job]!.state = .queued
    }

    private mutating func decide(_ job: JobID) {
        let life = lives[job]!
        let paid = order.filter { lives[$0]!.key == life.key && lives[$0]!.hasPaid }
        let best = paid.last { lives[$0]!.isDelivered } ?? paid.last
        let candidate = AudioClaims.Candidate(job: job, key: life.key, repayAllowed: life.repayAllowed)
        switch claims.decide(
            candidate, paid: best.map { AudioClaims.Paid(job: $0, isDelivered: lives[$0]!.isDelivered) })
        {
        case .separate:
            if order.contains(where: { lives[$0]!.key == life.key && lives[$0]!.state == .separating }) {
                breaches.append("\(job) is separated beside another one")
            }
            if best != nil, best != job, !life.repayAllowed { breaches.append("\(job) pays again") }
            claims.claim(life.key, for: job)
            lives[job]!.state = .separating
        case .wait: lives[job]!.state = .waiting
        case .reuse(let earlier) where stemsAreGone.contains(earlier):
            claims.stemsMissing(job, of: earlier)
            if !life.repayAllowed { ask(job) }
        case .reuse:
            lives[job]!.isDelivered = true
            lives[job]!.state = .over
            wake(claims.update(job, life.key, to: .delivered))
        case .askPerson: ask(job)
        }
    }

    private mutating func ask(_ job: JobID) {
        claims.wait(job, for: lives[job]!.key)
        lives[job]!.state = .asking
    }

    private mutating func end(_ job: JobID, delivers: Bool) {
        lives[job]!.hasPaid = true
        lives[job]!.isDelivered = delivers
        lives[job]!.state = .over
        wake(claims.update(job, lives[job]!.key, to: delivers ? .delivered : .idle))
    }

    private mutating func wake(_ jobs: [JobID]) {
        for job in jobs where [.waiting, .asking].contains(lives[job]!.state) { lives[job]!.state = .queued }
    }
}
