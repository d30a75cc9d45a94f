// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import SystemPackage

/// One job's way from submission to the end. It begins at the job's step in the ledger, also after a restart.
///
/// Each step is written to the ledger, durably, before the next is taken.
struct JobPipeline: Sendable {
    let job: Job
    let folder: FolderConfiguration
    let backend: (any Backend)?
    let reporting: any JobReporting
    let progress: ProgressTracker
    let log: Logger
    let delivery: Delivery

    init(_ item: WorkItem, _ folder: FolderConfiguration, _ reporting: any JobReporting, _ log: Logger) {
        (job, backend, progress) = (item.job, item.backend, item.progress)
        self.folder = folder
        self.reporting = reporting
        self.log = log
        delivery = Delivery(folder.delivery, watched: folder.watch.root)
    }

    func run() async throws(Failure) -> WorkOutcome {
        guard (JobStep.submitting...JobStep.delivered).contains(job.step) else {
            throw Self.inconsistent(job, "place on the way to its stems")
        }
        let backend = try requireBackend()
        var job = self.job
        if job.step == .submitting, let end = try await submit(&job, to: backend) { return end }
        if job.step == .submitted || job.step == .separating, let end = try await awaitSeparation(&job, at: backend) {
            return end
        }
        if job.step == .returning, let end = try await deliverStems(&job, from: backend) { return end }
        return job.step == .delivered ? try await finish(job) : .done
    }

    func requireBackend() throws(Failure) -> any Backend {
        if let backend { return backend }
        throw .noBackend(job.backend)
    }

    func wanted(_ traits: BackendTraits) -> [StemName] { folder.stems ?? traits.stems }

    // The steps. Each updates `job` to what was recorded, and returns the outcome if the work ends early.

    private func submit(_ job: inout Job, to backend: any Backend) async throws(Failure) -> WorkOutcome? {
        if job.checkpoint == nil {
            do throws(Failure) { try await checkRoom(job, backend) } catch {
                return .failed(error, leaving: .nothing)
            }
        } else if let facts = job.facts {
            try await reporting.claim(facts.duration, for: job.id, of: backend.traits.name, from: nil)
        }
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        let track = Track(
            job: job.id, source: folder.source(of: job.key), identity: job.identity, facts: facts,
            stems: wanted(backend.traits))
        let remote = try await backend.submit(track, from: job.checkpoint) { checkpoint throws(Failure) in
            _ = try await reporting.report(.checkpoint(checkpoint), of: track.job)
        } telling: {
            progress.show(.uploading, $0)
        }
        progress.clear()
        job = try await reporting.report(.submitted(remote), of: job.id)
        return nil
    }

    /// Checks what would make the delivery fail, before anything is spent.
    private func checkRoom(_ job: Job, _ backend: any Backend) async throws(Failure) {
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        let (settings, stems) = (folder.delivery, wanted(backend.traits).count)
        try await BlockingPool.shared.run { () throws(Failure) in
            try DiskSpaceCheck.check(settings, facts, stems: stems)
        }
        let asked = ContinuousClock.now
        guard let allowance = try await backend.allowance() else { return }
        try await reporting.claim(facts.duration, for: job.id, of: backend.traits.name, from: (allowance, asked))
    }

    private func awaitSeparation(_ job: inout Job, at backend: any Backend) async throws(Failure) -> WorkOutcome? {
        guard let remote = job.remote else { throw Self.inconsistent(job, "remote") }
        while true {
            switch try await backend.status(of: remote) {
            case .queued: progress.clear()
            case .running(let fraction):
                if job.step == .submitted { job = try await reporting.report(.separating, of: job.id) }
                progress.show(.separating, fraction)
            case .done:
                progress.clear()
                let charged = job.reservation?.amount ?? .zero
                job = try await reporting.report(.returning(charged: charged), of: job.id)
                return nil
            case .failed(let failure):
                // A person decides about what may have been charged. Until then no reservation is given back, and the
                // same audio is not handed over under another name.
                let isUndecided = backend.traits.billing == .billed && failure.remedy == .hold(until: .person)
                if !isUndecided { try await backend.release(remote) }
                return .failed(failure, leaving: isUndecided ? .asBefore : .nothing)
            case .gone: return .failed(Self.gone(backend), leaving: .unknown)
            }
            // This call in a cancelled task makes a backend end work that would be done again anyway.
            if Task.isCancelled {
                _ = try await backend.status(of: remote)
                throw Failure(.jobCancelled, "stopped", remedy: .retry(after: nil))
            }
        }
    }

    private func deliverStems(_ job: inout Job, from backend: any Backend) async throws(Failure) -> WorkOutcome? {
        // A crash may have come between the delivery and its entry in the ledger.
        if let delivered = try await delivery.existing(job.id, of: job.key) {
            try await delivery.discard(job.id)
            job = try await reporting.report(.delivered(delivered), of: job.id)
            return nil
        }
        guard let remote = job.remote else { throw Self.inconsistent(job, "remote") }
        guard case .done(let stems) = try await backend.status(of: remote) else {
            guard backend.traits.billing == .free, !Task.isCancelled else { throw Self.gone(backend) }
            return .failed(Self.gone(backend), leaving: .useless)
        }
        let staging = try await delivery.stage(job.id)
        let parts = CombinedProgress(stems.map(\.bytes))
        var staged: [StagedStem] = []
        for (index, stem) in stems.enumerated() {
            let file = staging.appending("fetched-\(stem.name)")
            try await backend.fetch(stem, of: remote, into: file) {
                progress.show(.downloading, parts.share(in: index, $0))
            }
            staged.append(StagedStem(name: stem.name, file: file))
        }
        progress.clear()
        let model = stems.lazy.compactMap(\.model).first ?? backend.traits.model
        let receipt = try await delivery.deliver(order(job, backend.traits, staged, model: model), at: .now)
        for warning in receipt.warnings { log.warning("\(warning)", metadata: ["job": "\(job.id)"]) }
        job = try await reporting.report(.delivered(receipt.delivered), of: job.id)
        return nil
    }

    private static func gone(_ backend: any Backend) -> Failure {
        // Free work ends when the daemon stops, and begins anew soon after the next start.
        if backend.traits.billing == .free {
            return Failure(
                .backendFailed, "\(backend.traits.name) no longer knows the job", remedy: .retry(after: .zero))
        }
        return Failure(
            .backendExpired, "\(backend.traits.name) no longer has what was paid for",
            hint: "`stemwatch retry JOB` separates it again, and pays again", remedy: .hold(until: .person))
    }

    static func inconsistent(_ job: Job, _ what: String) -> Failure {
        Failure(
            .systemInternal, "the ledger has job \(job.id) \(job.state) without its \(what)",
            hint: "stemwatch ledger verify", remedy: .hold(until: .person))
    }
}
