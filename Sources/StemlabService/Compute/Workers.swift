// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import StemlabAPI
import Synchronization
import SystemPackage

/// Does the jobs of the queue, a few at once. The only process that does.
struct Workers: Sendable {
    let store: Store
    let storage: any ObjectStorage
    let compute: any Compute
    let service: JobService
    /// Scratch space of its own, a directory a job; on the file system of the storage nothing is copied.
    let scratch: FilePath
    let signal: WorkerWakeup
    let log: Logger
    /// How often a lease is renewed.
    var heartbeat: Duration = .seconds(5)

    /// Works until its task is cancelled. What was under way then begins anew next time.
    func run() async throws {
        let scratch = scratch
        try await StorageCalls.run { () throws(Failure) in
            // What a process left that was killed.
            try DurableFiles.removeTree(scratch)
            try DurableFiles.makeDirectories(scratch, mode: 0o700)
        }
        let lost = try await store.write { db in try JobQueue.takeBackAll(at: .now, in: db) }
        if lost > 0 { log.notice("\(lost) jobs that were cut off begin anew") }
        await withTaskGroup(of: Void.self) { group in
            for wakeup in signal.wakeups {
                group.addTask {
                    while !Task.isCancelled { await step(wakeup) }
                }
            }
        }
    }

    /// Does one job, or waits until there may be one.
    private func step(_ wakeup: Wakeup) async {
        do {
            guard let lease = try await store.write({ db in try JobQueue.lease(at: .now, in: db) }) else {
                let next = try await store.read { db in try JobQueue.nextStart(in: db) }
                // At the latest in a minute: wall clocks jump.
                let pause = min(max(next.map { $0.since(.now) } ?? .seconds(60), .milliseconds(10)), .seconds(60))
                return await wakeup.wait(until: .now + pause)
            }
            service.watch.changed(lease.job.id)
            try await work(lease)
            try await service.discardUpload(of: lease.job)
        } catch is CancellationError {
            return
        } catch {
            // A full disk, for one. The job's lease ends by itself.
            log.report(error, "working on the queue")
            await wakeup.wait(until: .now + .seconds(5))
        }
    }

    private func work(_ lease: JobQueue.Lease) async throws {
        let begin = ContinuousClock.now
        let directory = scratch.appending(lease.token)
        let progress = JobProgress()
        let ending: JobEnding?
        do {
            ending = try await withThrowingTaskGroup(of: JobEnding?.self) { group in
                group.addTask { try await separate(lease, in: directory, progress) }
                group.addTask {
                    try await keep(lease, progress)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        } catch {
            try await clear(directory)
            throw error
        }
        try await clear(directory)
        guard let ending else { return }
        var metadata: Logger.Metadata = [
            "job": "\(lease.job.id)", "account": "\(lease.job.account)",
            "ms": "\(Int((begin.duration(to: .now) / .milliseconds(1)).rounded()))",
        ]
        if case .fault(_, let detail, let words) = ending {
            metadata["detail"] = "\(detail)"
            if let words { metadata["said"] = "\(words)" }
        }
        log.info("job \(ending)", metadata: metadata)
        service.watch.changed(lease.job.id)
    }

    private func clear(_ directory: FilePath) async throws {
        try await BlockingPool.shared.run { () throws(Failure) in try DurableFiles.removeTree(directory) }
    }

    /// Renews the lease until it is lost or the job was ended by its owner.
    private func keep(_ lease: JobQueue.Lease, _ progress: JobProgress) async throws {
        let wakeup = service.watch.begin(lease.job.id)
        defer { service.watch.end(lease.job.id, wakeup) }
        while true {
            await wakeup.wait(until: .now + heartbeat)
            try Task.checkCancellation()
            let percent = progress.percent
            guard try await store.write({ db in try JobQueue.renew(lease, progress: percent, at: .now, in: db) }) else {
                return
            }
        }
    }

    /// - Returns: how the job ended; `nil`: it is no longer ours.
    private func separate(
        _ lease: JobQueue.Lease, in directory: FilePath, _ progress: JobProgress
    ) async throws -> JobEnding? {
        let job = lease.job
        let work = ComputeWork(directory: directory, stems: job.wanted, format: job.format, limit: job.reserved)
        guard try await prepare(work, job) else {
            let failure = Job.Failure(code: "upload.lost", detail: "the upload is not there any more")
            return try await store.write { db in
                try JobQueue.fail(lease, failure, at: .now, in: db) ? JobEnding.failed(failure.code) : nil
            }
        }
        switch try await compute.separate(work, progress: { progress.set($0) }) {
        case .separated(let length): return try await deliver(lease, work, length)
        case .refused(let code, let detail):
            return try await store.write { db in
                try JobQueue.fail(lease, Job.Failure(code: code, detail: detail), at: .now, in: db)
                    ? JobEnding.failed(code) : nil
            }
        case .fault(let code, let detail, let words):
            return try await fault(lease, code: code, detail: detail, words: words)
        }
    }

    private func fault(
        _ lease: JobQueue.Lease, code: String, detail: String, words: String? = nil
    ) async throws -> JobEnding? {
        let isOurs = try await store.write { db in
            try JobQueue.fault(lease, Job.Failure(code: code, detail: detail), at: .now, in: db)
        }
        return isOurs ? .fault(code, detail: detail, words: words) : nil
    }

    /// - Returns: `false`: the upload is not there.
    private func prepare(_ work: ComputeWork, _ job: JobRecord) async throws -> Bool {
        guard let upload = job.upload else { return false }
        let storage = storage
        return try await StorageCalls.run { () throws(Failure) in
            for directory in [work.directory, work.input.removingLastComponent(), work.output] {
                try Files.makeScratchDirectory(directory)
            }
            guard try storage.read(.upload(upload)) != nil else { return false }
            try storage.lend(.upload(upload), at: work.input)
            return true
        }
    }

    /// Stores the stems, then notes that they are there. What was stored for a job that is no longer ours goes again.
    private func deliver(
        _ lease: JobQueue.Lease, _ work: ComputeWork, _ length: AudioDuration
    ) async throws -> JobEnding? {
        let storage = storage
        guard let stems = try await StorageCalls.run({ () throws(Failure) in try StemIntake.look(work) }) else {
            return try await fault(lease, code: "compute.failed", detail: "a stem is missing, or is no file")
        }
        guard try await store.write({ db in try JobQueue.renew(lease, progress: 99, at: .now, in: db) }) else {
            return nil
        }
        let job = lease.job.id
        try await StorageCalls.run { () throws(Failure) in
            try storage.adopt(stems.map { (work.path(of: $0.name), .stem(job, $0.name)) })
        }
        let model = compute.model
        let isOurs = try await store.write { db in
            try JobQueue.succeed(lease, stems: stems, decoded: length, model: model, at: .now, in: db)
        }
        if isOurs { return .succeeded(length) }
        try await service.remove(StemIntake.left(job, stems.map(\.name), in: store))
        return nil
    }
}

/// How far a job is: set by one thread and read by another.
final class JobProgress: Sendable {
    private let share = Atomic<Int>(0)
    /// 0…99: the last percent is for the stems to be stored.
    var percent: Int { share.load(ordering: .relaxed) }
    func set(_ fraction: Double) { share.store(min(99, max(0, Int(fraction * 100))), ordering: .relaxed) }
}

/// For the log.
enum JobEnding: Sendable, CustomStringConvertible {
    case succeeded(AudioDuration)
    case failed(String)
    case fault(String, detail: String, words: String?)

    var description: String {
        switch self {
        case .succeeded(let length): "succeeded, \(length) charged"
        case .failed(let code): "failed: \(code)"
        case .fault(let code, _, _): "met a fault: \(code)"
        }
    }
}

/// Wakes every worker: there may be something to begin.
struct WorkerWakeup: Sendable {
    let wakeups: [Wakeup]

    /// - Parameter workers: how many listen, each to its own.
    init(workers: Int) { wakeups = (0..<workers).map { _ in Wakeup() } }

    func send() { for wakeup in wakeups { wakeup.wake() } }
}
