// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import SystemPackage

/// One job's way from submission to the end, from wherever the ledger says it stands: a restart takes the same road.
///
/// Each step is written to the ledger, durably, before the next is taken.
struct JobPipeline: Sendable {
    let job: Job
    let folder: FolderRuntime
    let engine: Engine
    let progress: ProgressTracker
    let log: Logger
    private let delivery: Delivery

    init(_ job: Job, _ folder: FolderRuntime, _ engine: Engine, _ progress: ProgressTracker, _ log: Logger) {
        self.job = job
        self.folder = folder
        self.engine = engine
        self.progress = progress
        self.log = log
        delivery = Delivery(folder.configuration.delivery, watched: folder.configuration.watch.root)
    }

    func run() async throws(Failure) {
        guard (JobStep.submitting...JobStep.delivered).contains(job.step) else {
            throw Self.inconsistent(job, "place on the way to its stems")
        }
        let backend = try await engine.requireBackend(of: job)
        var job = self.job
        if job.step == .submitting {
            guard let submitted = try await submit(job, to: backend) else { return }
            job = submitted
        }
        if job.step == .submitted || job.step == .separating {
            guard let separated = try await awaitSeparation(job, at: backend) else { return }
            job = separated
        }
        if job.step == .returning { job = try await deliverStems(job, from: backend) }
        if job.step == .delivered { try await finish(job) }
    }

    private func wanted(_ traits: BackendTraits) -> [StemName] { folder.configuration.stems ?? traits.stems }

    /// - Returns: `nil` when it cannot be submitted now, which the engine was told.
    private func submit(_ job: Job, to backend: any Backend) async throws(Failure) -> Job? {
        if job.checkpoint == nil {
            do throws(Failure) {
                try await checkRoom(job, backend)
            } catch {
                await engine.stepFailed(job.id, error, separationEnded: true)
                return nil
            }
        } else if let facts = job.facts {
            await engine.claim(facts.duration, for: job.id, of: backend.traits.name)
        }
        let track = try track(job, backend)
        let remote = try await backend.submit(track, from: job.checkpoint) { [engine] checkpoint throws(Failure) in
            try await engine.record(job.id, [.checkpoint(checkpoint)])
        } telling: { [progress] in
            progress.show(.uploading, $0)
        }
        progress.clear()
        return try await engine.advanced(job.id, .submitted(remote))
    }

    private func track(_ job: Job, _ backend: any Backend) throws(Failure) -> Track {
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        return Track(
            job: job.id, source: folder.source(of: job.key), identity: job.identity, facts: facts,
            stems: wanted(backend.traits))
    }

    /// What would make the delivery fail is better known before anything is spent.
    private func checkRoom(_ job: Job, _ backend: any Backend) async throws(Failure) {
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        let stems = wanted(backend.traits)
        let settings = folder.configuration.delivery
        try await BlockingPool.shared.run { () throws(Failure) in
            try DiskSpaceCheck.check(settings, facts, stems: stems.count)
        }
        let asked = ContinuousClock.now
        guard let allowance = try await backend.allowance() else { return }
        try await engine.claim(facts.duration, for: job.id, of: backend.traits.name, allowance, asked: asked)
    }

    /// - Returns: `nil` when the separation came to nothing, which the engine was told.
    private func awaitSeparation(_ job: Job, at backend: any Backend) async throws(Failure) -> Job? {
        guard let remote = job.remote else { throw Self.inconsistent(job, "remote") }
        var step = job.step
        while true {
            switch try await backend.status(of: remote) {
            case .queued: progress.clear()
            case .running(let fraction):
                if step == .submitted { step = try await engine.advanced(job.id, .separating).step }
                progress.show(.separating, fraction)
            case .done:
                progress.clear()
                return try await engine.advanced(job.id, .returning(charged: job.reservation?.amount ?? .zero))
            case .failed(let failure):
                // What may have been charged is for a person to decide: until then nothing of it is given back, and the same
                // audio is not handed over under another name.
                let isUndecided = backend.traits.billing == .billed && failure.remedy == .hold(until: .person)
                if !isUndecided { try await backend.release(remote) }
                await engine.stepFailed(job.id, failure, separationEnded: !isUndecided)
                return nil
            case .gone:
                let isFree = backend.traits.billing == .free
                if isFree, await engine.queueAgainIfCutOff(job.id) { return nil }
                await engine.stepFailed(job.id, Self.gone(backend), separationEnded: isFree)
                return nil
            }
            // Asked once more in a cancelled task, a backend ends what would be done again anyway.
            if Task.isCancelled {
                _ = try await backend.status(of: remote)
                throw Failure(.jobCancelled, "stopped", remedy: .retry(after: nil))
            }
        }
    }

    private func deliverStems(_ job: Job, from backend: any Backend) async throws(Failure) -> Job {
        // A crash may have come between the delivery and the ledger hearing of it.
        if let delivered = try await delivery.existing(job.id, of: job.key) {
            try await delivery.discard(job.id)
            return try await engine.advanced(job.id, .delivered(delivered))
        }
        guard let remote = job.remote else { throw Self.inconsistent(job, "remote") }
        guard case .done(let stems) = try await backend.status(of: remote) else {
            if backend.traits.billing == .free { await engine.startOver(job.id) }
            throw Self.gone(backend)
        }
        let staging = try await delivery.stage(job.id)
        let parts = CombinedProgress(stems.map(\.bytes))
        var staged: [StagedStem] = []
        for (index, stem) in stems.enumerated() {
            let file = staging.appending("fetched-\(stem.name)")
            try await backend.fetch(stem, of: remote, into: file) { [progress] in
                progress.show(.downloading, parts.share(in: index, $0))
            }
            staged.append(StagedStem(name: stem.name, file: file))
        }
        progress.clear()
        let model = stems.lazy.compactMap(\.model).first ?? backend.traits.model
        let receipt = try await delivery.deliver(order(job, backend.traits, staged, model: model), at: .now)
        for warning in receipt.warnings { log.warning("\(warning)", metadata: ["job": "\(job.id)"]) }
        return try await engine.advanced(job.id, .delivered(receipt.delivered))
    }

    private func order(
        _ job: Job, _ traits: BackendTraits?, _ stems: [StagedStem], model: String? = nil, reusedFrom: JobID? = nil
    ) throws(Failure) -> DeliveryOrder {
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        return DeliveryOrder(
            job: job.id, key: job.key, source: folder.source(of: job.key), identity: job.identity, facts: facts,
            stems: stems,
            provenance: Provenance(
                backend: job.backend ?? .builtin, kind: traits?.kind ?? "", model: model ?? traits?.model ?? "",
                foundAt: job.foundAt,
                separatedAt: .now, minutes: job.charge?.amount ?? .zero,
                sumsToMix: traits.map { $0.sumsToMix && Set(wanted($0)) == Set($0.stems) } ?? false),
            reusedFrom: reusedFrom)
    }

    /// Delivers the stems an earlier job already has, paying nothing.
    func reuse(from earlier: JobID) async throws(Failure) {
        guard let stems = await engine.job(earlier)?.delivered else {
            let failure = Failure(
                .duplicateStemsMissing, "the same audio was paid for by job \(earlier), which delivered no stems",
                remedy: .retry(after: nil))
            return await engine.stemsMissing(job.id, of: earlier, failure)
        }
        if let before = await engine.deliveredBefore(job), let standing = before.delivered,
            try await delivery.stands(standing, for: job.key)
        {
            let delivered = Delivered(output: standing.output, stems: standing.stems, reusedFrom: before.id)
            return try await finish(engine.advanced(job.id, .delivered(delivered)))
        }
        let traits = try await engine.requireBackend(of: job).traits
        do throws(Failure) {
            let receipt = try await delivery.reuse(from: stems, order(job, traits, [], reusedFrom: earlier), at: .now)
            var delivered = receipt.delivered
            delivered.reusedFrom = earlier
            try await finish(engine.advanced(job.id, .delivered(delivered)))
        } catch  where error.code == .duplicateStemsMissing {
            await engine.stemsMissing(job.id, of: earlier, error)
        }
    }

    /// The stems are delivered: what is left is the source, as configured, and what the backend holds.
    func finish(_ job: Job) async throws(Failure) {
        if job.disposal == nil {
            let traits = await engine.backend(of: job)?.traits
            let outcome = try await SourceDisposal(folder.configuration.delivery)
                .dispose(of: order(job, traits, []), below: folder.configuration.watch.root)
            if let warning = outcome.warning {
                log.warning("\(warning.message)", metadata: ["job": "\(job.id)", "code": "\(warning.code.rawValue)"])
            }
            _ = try await engine.advanced(job.id, .disposed(how: outcome.how.rawValue, to: outcome.to))
        }
        try await RemoteCleanup(job, engine).backend()
        _ = try await engine.advanced(job.id, .released)
    }

    private static func gone(_ backend: any Backend) -> Failure {
        // Free work ends with a daemon that is stopped: it begins anew soon after the next start.
        if backend.traits.billing == .free {
            return Failure(
                .backendFailed, "\(backend.traits.name) no longer knows the job", remedy: .retry(after: .zero))
        }
        return Failure(
            .backendExpired, "\(backend.traits.name) no longer has what was paid for",
            hint: "`stemwatch retry JOB` separates it again, and pays again", remedy: .hold(until: .person))
    }

    private static func inconsistent(_ job: Job, _ what: String) -> Failure {
        Failure(
            .systemInternal, "the ledger has job \(job.id) \(job.state) without its \(what)",
            hint: "stemwatch ledger verify", remedy: .hold(until: .person))
    }
}
