// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct JobBookTests {
    typealias S = LedgerSamples

    private static func book(_ events: [LedgerEvent], job: JobID = S.id(7)) -> JobBook {
        var book = JobBook()
        for (i, event) in events.enumerated() { book.apply(S.entry(UInt64(i + 1), event, job: job)) }
        return book
    }

    private static let minutes = AudioDuration(milliseconds: 187_250)
    private static let toReturned: [LedgerEvent] = [
        .found(key: S.key("a.wav"), identity: S.identity()),
        .queued(facts: S.facts(), backend: .builtin, settings: "s"),
        .submitting(attempt: 1, reserved: minutes), .checkpoint(Checkpoint(step: "staged")),
        .submitted(RemoteJob(handle: "r")), .separating, .returning(charged: minutes),
    ]
    private static let toReleased =
        toReturned + [.delivered(S.delivered(1)), .disposed(how: .kept, to: nil), .released]

    @Test func `a whole life, step by step`() {
        var states: [String] = []
        var book = JobBook()
        for (i, event) in Self.toReleased.enumerated() {
            book.apply(S.entry(UInt64(i + 1), event))
            states.append(book.job(S.id(7))?.state ?? "none")
        }
        #expect(
            states == [
                "found", "queued", "submitting", "submitting", "submitted", "separating", "returning", "delivered",
                "delivered", "released",
            ])
        #expect(book.misfits == 0)
        #expect(book.counts == [.released: 1])
        #expect(book.active.count == 0)
        #expect(book.sequence == 10)
        #expect(book.job(S.id(7))?.updatedAt == S.time(10))
    }

    @Test func `a job that is over is known by everything it was known by (lessons 19, 23, 24)`() {
        let book = Self.book(Self.toReleased)
        let key = S.key("a.wav")
        #expect(book.knows(key, S.identity()) == S.id(7))
        var remounted = S.identity()
        (remounted.device, remounted.inode, remounted.changed) = (9, 9, 9)
        #expect(book.knows(key, remounted) == S.id(7))
        #expect(book.knows(key, S.identity(2)) == nil)
        #expect(book.knows(S.key("a.wav", folder: "other"), S.identity()) == nil)
        #expect(book.paid(audio: S.digest(1), settings: "s") == S.id(7))
        #expect(book.paid(audio: S.digest(1), settings: "t") == nil)
        #expect(book.isOurStem(S.digest(12)) == S.id(7))
        #expect(book.isOurStem(S.digest(99)) == nil)
        #expect(book.job(at: key) == book.job(S.id(7)))
    }

    @Test(arguments: [(FailureCode.sourceGone, false), (.sourceChanged, false), (.jobCancelled, true)])
    func `a job that was called off for its file's sake is none when the file is back`(code: FailureCode, knows: Bool) {
        let book = Self.book([
            .found(key: S.key("a.wav"), identity: S.identity()),
            .cancelled(Failure(code, "called off", remedy: .reject)),
        ])
        #expect((book.knows(S.key("a.wav"), S.identity()) != nil) == knows)
    }

    @Test func `names that differ in composition only are two files (trap 14)`() {
        var book = JobBook()
        for (i, name) in ["caf\u{E9}.wav", "cafe\u{301}.wav"].enumerated() {
            book.apply(S.entry(UInt64(i + 1), .found(key: S.key(name), identity: S.identity()), job: S.id(UInt64(i))))
            book.apply(S.entry(UInt64(i + 3), .rejected(S.failure(.reject)), job: S.id(UInt64(i))))
        }
        #expect(book.job(at: S.key("caf\u{E9}.wav"))?.id == S.id(0))
        #expect(book.job(at: S.key("cafe\u{301}.wav"))?.id == S.id(1))
    }

    @Test func `a reservation becomes a charge of the day it was made`() {
        let book = Self.book(Self.toReturned)
        let job = book.job(S.id(7))
        #expect(job?.reservation == nil)
        #expect(job?.charge == Spending(amount: Self.minutes, at: S.time(3)))
        #expect(Array(book.spendings(since: S.time(0))).map(\.spending) == [job?.charge])
        #expect(Array(book.spendings(since: S.time(4))).isEmpty)
    }

    @Test func `a refund gives the minutes back`() {
        let book = Self.book(Self.toReturned.prefix(3) + [.failed(S.failure()), .refunded])
        #expect(Array(book.spendings(since: S.time(0))).isEmpty)
        #expect(book.job(S.id(7))?.state == "failed")
    }

    @Test func `what was given back is paid for no more, and once paid again it is`() {
        var book = Self.book(Self.toReturned + [.refunded])
        #expect(book.job(S.id(7))?.state == "queued")
        #expect(book.paid(audio: S.digest(1), settings: "s") == nil)
        #expect(Array(book.spendings(since: S.time(0))).isEmpty)
        for event in Self.toReturned[2...] { book.apply(S.entry(book.sequence + 1, event)) }
        #expect(book.paid(audio: S.digest(1), settings: "s") == S.id(7))
        #expect(book.misfits == 0)
    }

    @Test func `what is called off is not over until its backend has nothing of it, which cost nothing or did`() {
        for (last, charge) in [(LedgerEvent.refunded, nil), (.released, Self.minutes)] {
            var book = Self.book(Self.toReturned.prefix(5) + [.cancelled(S.failure())])
            #expect(book.job(S.id(7))?.state == "cancelled")
            #expect(book.active.count == 1)
            book.apply(S.entry(7, last))
            #expect(book.job(S.id(7))?.state == "cancelled")
            #expect(book.active.count == 0)
            #expect(book.spendings(since: S.time(0)).map(\.spending.amount) == [charge].compactMap(\.self))
            #expect(book.paid(audio: S.digest(1), settings: "s") == charge.map { _ in S.id(7) })
            #expect(book.misfits == 0)
        }
    }

    @Test func `how far a job came before it could be stopped stands, and so does its delivery`() {
        var book = Self.book(Self.toReturned.prefix(4) + [.cancelled(S.failure()), .submitted(RemoteJob(handle: "r"))])
        #expect(book.job(S.id(7))?.remote == RemoteJob(handle: "r"))
        #expect(book.job(S.id(7))?.state == "cancelled")
        book.apply(S.entry(7, .deferred(S.failure(), attempt: 1, retryAt: S.time(9))))
        book.apply(S.entry(8, .resumed(by: .time)))
        #expect(book.job(S.id(7))?.state == "cancelled")
        book.apply(S.entry(9, .returning(charged: Self.minutes)))
        book.apply(S.entry(10, .delivered(S.delivered(1))))
        #expect(book.job(S.id(7))?.state == "delivered")
        #expect(book.misfits == 0)
    }

    @Test func `a person calls back what is called off, also while it waits to be cleared away`() {
        let events: [LedgerEvent] = [
            .cancelled(S.failure()), .deferred(S.failure(), attempt: 1, retryAt: S.time(9)), .resumed(by: .person),
        ]
        let book = Self.book(Self.toReturned.prefix(5) + events)
        #expect(book.job(S.id(7))?.state == "submitted")
        #expect(book.misfits == 0)
    }

    @Test func `a permission to pay again holds until the job is delivered, also of one that is over meanwhile`() {
        var book = Self.book(Self.toReturned.prefix(2) + [.held(S.failure(.hold(until: .person)))])
        book.apply(S.entry(4, .resumed(by: .person, repay: true)))
        #expect(book.job(S.id(7))?.repayAllowed == true)
        book.apply(S.entry(5, .cancelled(S.failure())))
        #expect(book.active.count == 0)
        #expect(book.job(S.id(7))?.repayAllowed == true)
        book.apply(S.entry(6, .resumed(by: .person)))
        for event in Self.toReturned[2...] { book.apply(S.entry(book.sequence + 1, event)) }
        #expect(book.job(S.id(7))?.repayAllowed == true)
        book.apply(S.entry(book.sequence + 1, .delivered(S.delivered(1))))
        #expect(book.job(S.id(7))?.repayAllowed == false)
        #expect(book.misfits == 0)
    }

    @Test func `what was paid for and is begun anew stays spent, and is spent again`() {
        let anew: [LedgerEvent] = [.resumed(by: .person, anew: true), .released]
        var book = Self.book(Self.toReturned.prefix(5) + [.cancelled(S.failure()), .released] + anew)
        #expect(book.job(S.id(7))?.state == "queued")
        #expect(book.paid(audio: S.digest(1), settings: "s") == nil)
        for event in Self.toReturned[2...] { book.apply(S.entry(book.sequence + 1, event)) }
        #expect(book.job(S.id(7))?.spent == Self.minutes + Self.minutes)
        #expect(book.spendings(since: S.time(0)).map(\.spending.at) == [S.time(3), S.time(10)])
        #expect(book.misfits == 0)
    }

    @Test func `what cost nothing and is begun anew leaves nothing behind`() {
        let book = Self.book(Self.toReturned.prefix(6) + [.resumed(by: .surroundings, anew: true), .refunded])
        #expect(book.job(S.id(7))?.startsOver == false)
        #expect(book.job(S.id(7))?.state == "queued")
        #expect(Array(book.spendings(since: S.time(0))).isEmpty)
        #expect(book.misfits == 0)
    }

    @Test func `a billed job that was given up may have been paid for, and can go on from there`() {
        let book = Self.book(Self.toReturned.prefix(5) + [.failed(S.failure())])
        #expect(book.paid(audio: S.digest(1), settings: "s") == S.id(7))
        #expect(book.unfinished == [S.id(7)])
    }

    @Test func `folders are watched since the first time, and paused until they are not`() {
        var book = JobBook()
        let (inbox, other) = (FolderName(rawValue: "inbox"), FolderName(rawValue: "other"))
        func tell(_ event: LedgerEvent) { book.apply(S.entry(book.sequence + 1, event, job: nil)) }
        tell(.watched(inbox))
        tell(.watched(inbox))
        #expect(book.folders.watchedSince(inbox) == S.time(1))
        #expect(book.folders.watchedSince(other) == nil)
        tell(.paused(inbox))
        #expect(book.folders.isPaused(inbox) && !book.folders.isPaused(other))
        tell(.paused(nil))
        #expect(book.folders.isPaused(other))
        tell(.unpaused(nil))
        #expect(!book.folders.isPaused(inbox) && !book.folders.isPaused(other))
        #expect(book.misfits == 0)
    }

    @Test func `spendings older than two months are forgotten, the jobs are not`() {
        var book = JobBook()
        for i in 0..<400 {
            let at = S.time(i * 86_400)
            for event in [
                LedgerEvent.found(key: S.key("\(i)"), identity: S.identity()),
                .queued(facts: S.facts(UInt64(i)), backend: .builtin, settings: "s"),
                .submitting(attempt: 1, reserved: Self.minutes), .returning(charged: Self.minutes),
            ] {
                book.apply(LedgerEntry(sequence: book.sequence + 1, at: at, job: S.id(UInt64(i)), event: event))
            }
        }
        let kept = Array(book.spendings(since: S.time(0)))
        #expect(kept.count >= 62 && kept.count < 100)
        #expect(kept.last?.spending.at == S.time(399 * 86_400))
        #expect(book.count == 400)
    }

    @Test func `failed attempts at a separation count until its stems are there`() {
        let trouble = LedgerEvent.deferred(S.failure(), attempt: 1, retryAt: S.time(60))
        let round: [LedgerEvent] =
            Self.toReturned[2..<Self.toReturned.count - 1] + [.refunded, trouble, .resumed(by: .time)]
        var book = Self.book(Self.toReturned.prefix(2) + round + round)
        #expect(book.job(S.id(7))?.attempts == 2)
        #expect(book.job(S.id(7))?.state == "queued")
        for event in Self.toReturned[2...] { book.apply(S.entry(book.sequence + 1, event)) }
        #expect(book.job(S.id(7))?.attempts == 0)
        #expect(book.job(S.id(7))?.troubledSince == nil)
    }

    @Test func `resuming a failed job goes on from the step it had reached, so nothing is paid twice`() {
        var book = Self.book(Self.toReturned + [.failed(S.failure())])
        #expect(book.active.count == 0)
        book.apply(S.entry(9, .resumed(by: .person)))
        #expect(book.job(S.id(7))?.state == "returning")
        #expect(book.active.count == 1)
        book.apply(S.entry(10, .submitting(attempt: 1, reserved: Self.minutes)))
        #expect(book.misfits == 1)
        #expect(book.job(S.id(7))?.state == "returning")
    }

    @Test func `resuming a rejected job examines it anew`() {
        let found = Self.toReturned[0]
        let book = Self.book([found, .rejected(S.failure(.reject)), .resumed(by: .person)])
        #expect(book.job(S.id(7))?.state == "found")
        #expect(book.counts == [.found: 1])
    }

    @Test func `what does not fit changes nothing and is counted`() {
        var book = Self.book(Self.toReleased)
        let before = book.job(S.id(7))
        for (i, event) in Self.toReleased.enumerated() { book.apply(S.entry(UInt64(i + 11), event)) }
        #expect(book.job(S.id(7)) == before)
        #expect(book.misfits == Self.toReleased.count)
        book.apply(S.entry(30, .released, job: S.id(99)))
        book.apply(S.entry(31, .released, job: nil))
        #expect(book.misfits == Self.toReleased.count + 2)
        #expect(book.count == 1)
    }

    @Test func `active jobs stand in the order they were found, however they come back`() {
        var book = JobBook()
        for i in 0..<10 {
            book.apply(S.entry(UInt64(i + 1), .found(key: S.key("\(i)"), identity: S.identity()), job: S.id(UInt64(i))))
        }
        for (i, n) in [3, 0, 7].enumerated() {
            book.apply(S.entry(UInt64(i + 11), .failed(S.failure()), job: S.id(UInt64(n))))
        }
        book.apply(S.entry(20, .resumed(by: .person), job: S.id(3)))
        #expect(book.active.map(\.id) == [1, 2, 3, 4, 5, 6, 8, 9].map(S.id))
        #expect(book.jobs.map(\.id) == (0..<10).map(S.id))
    }

    @Test func `of the jobs for the same audio the latest delivered one is told`() {
        var book = JobBook()
        func tell(_ n: UInt64, _ events: ArraySlice<LedgerEvent>) {
            for event in events { book.apply(S.entry(book.sequence + 1, event, job: S.id(n))) }
        }
        tell(1, Self.toReleased[...])
        tell(2, Self.toReleased[...])
        tell(3, Self.toReturned[...])
        #expect(book.paid(audio: S.digest(1), settings: "s") == S.id(2))
        #expect(book.job(at: S.key("a.wav"))?.id == S.id(3))
    }

    @Test func `of the jobs that were paid and delivered nothing, one whose stems are still to be had is told`() {
        let expired = Failure(.backendExpired, "it is gone", remedy: .hold(until: .person))
        let lives: [(events: [LedgerEvent], hasStems: Bool)] = [
            (Self.toReturned + [.failed(S.failure())], true),
            (Self.toReturned + [.held(expired)], false),
            (Self.toReturned + [.cancelled(S.failure())], false),
            (Self.toReturned + [.cancelled(S.failure()), .released], false),
            (Array(Self.toReturned.dropLast()) + [.failed(S.failure())], false),
        ]
        var book = JobBook()
        for (n, life) in lives.enumerated() {
            let id = S.id(UInt64(n))
            for event in life.events { book.apply(S.entry(book.sequence + 1, event, job: id)) }
            #expect(book.job(id)?.hasStemsToFetch == life.hasStems, "\(n)")
            #expect(book.paid(audio: S.digest(1), settings: "s") == S.id(0), "\(n)")
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `the book agrees with each job folded on its own`(seed: UInt64) {
        var generator = S.Fixed(value: seed)
        let entries = S.lives(jobs: 40, events: 1500, using: &generator)
        var book = JobBook()
        var jobs: [JobID: Job] = [:]
        for entry in entries {
            book.apply(entry)
            guard let id = entry.job else { continue }
            if case .found(let key, let identity) = entry.event, jobs[id] == nil {
                jobs[id] = Job(id: id, key: key, identity: identity, foundAt: entry.at)
            } else {
                jobs[id]?.apply(entry.event, at: entry.at)
            }
        }
        #expect(book.count == jobs.count)
        for (id, job) in jobs { #expect(book.job(id) == job) }
        #expect(Set(book.active.map(\.id)) == Set(jobs.values.filter { !$0.isOver }.map(\.id)))
        #expect(book.counts == Dictionary(grouping: jobs.values, by: \.standing).mapValues(\.count))
        let spent = Set(
            jobs.values.flatMap { job in
                (job.writtenOff + [job.spending].compactMap(\.self)).map { [job.id.rawValue, "\($0)"] }
            })
        #expect(Set(book.spendings(since: S.time(-1)).map { [$0.job.rawValue, "\($0.spending)"] }) == spent)
        for job in jobs.values where job.delivered != nil {
            for stem in job.delivered?.stems ?? [] { #expect(book.isOurStem(stem.digest) == job.id) }
        }
    }

    @Test func `a job that comes back and ends again many times is found as it ended last`() {
        var book = Self.book(Self.toReturned.prefix(1) + [.failed(S.failure())])
        for i in 0..<2000 {
            book.apply(S.entry(book.sequence + 1, .resumed(by: .person)))
            book.apply(S.entry(book.sequence + 1, .failed(Failure(.backendFailed, "run \(i)", remedy: .stop))))
        }
        #expect(book.job(S.id(7))?.problem?.message == "run 1999")
        #expect(book.job(at: S.key("a.wav"))?.id == S.id(7))
        #expect(book.counts == [.failed: 1])
        #expect(book.misfits == 0)
    }

    @Test func `a job that is over keeps the spelling of its names, also beside one that spells them otherwise`() {
        var book = JobBook()
        let spellings = ["caf\u{E9}", "cafe\u{301}"]
        for (i, name) in spellings.enumerated() {
            let delivered = Delivered(
                output: FilePath("/srv/\(name)"),
                stems: [Delivered.Stem(name: .vocals, file: "\(name).wav", digest: S.digest(9))], reusedFrom: nil)
            let life: [LedgerEvent] = [
                .found(key: S.key("\(i).wav", folder: name), identity: S.identity()),
                .queued(facts: S.facts(), backend: BackendName(rawValue: name), settings: name),
                .delivered(delivered), .released,
            ]
            for event in life { book.apply(S.entry(book.sequence + 1, event, job: S.id(UInt64(i)))) }
        }
        for (job, name) in zip(book.jobs, spellings) {
            let texts = [job.key.folder.rawValue, job.backend?.rawValue, job.settings]
            for text in texts { #expect(text.map { Array($0.utf8) } == Array(name.utf8)) }
            #expect(job.delivered?.output.bytes == Array("/srv/\(name)".utf8))
            #expect(job.delivered.map { Array($0.stems[0].file.utf8) } == Array("\(name).wav".utf8))
        }
        #expect(book.jobs(in: [.released]).map(\.id) == [S.id(0), S.id(1)])
        #expect(book.jobs(in: [.held, .failed]).isEmpty)
    }
}
