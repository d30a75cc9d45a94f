// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform

/// The end of a job's way, for separated and for reused stems.
extension JobPipeline {
    /// Delivers the stems an earlier job already has, paying nothing.
    func reuse(_ earlier: ReusableStems) async throws(Failure) -> WorkOutcome {
        if let (before, standing) = earlier.ownBefore, try await delivery.stands(standing, for: job.key) {
            let delivered = Delivered(output: standing.output, stems: standing.stems, reusedFrom: before)
            return try await finish(reporting.report(.delivered(delivered), of: job.id))
        }
        let traits = try requireBackend().traits
        do throws(Failure) {
            let order = try order(job, traits, [], reusedFrom: earlier.job)
            var delivered = try await delivery.reuse(from: earlier.stems, order, at: .now).delivered
            delivered.reusedFrom = earlier.job
            return try await finish(reporting.report(.delivered(delivered), of: job.id))
        } catch  where error.code == .duplicateStemsMissing {
            return .stemsMissing(of: earlier.job, error)
        }
    }

    /// The stems are delivered. This disposes of the source, as configured, and of what the backend holds.
    func finish(_ job: Job) async throws(Failure) -> WorkOutcome {
        if job.disposal == nil {
            let outcome = try await SourceDisposal(folder.delivery)
                .dispose(of: order(job, backend?.traits, []), below: folder.watch.root)
            if let warning = outcome.warning {
                log.warning("\(warning.message)", metadata: ["job": "\(job.id)", "code": "\(warning.code.rawValue)"])
            }
            _ = try await reporting.report(.disposed(how: outcome.how, to: outcome.to), of: job.id)
        }
        try await RemoteCleanup.release(job, from: backend)
        _ = try await reporting.report(.released, of: job.id)
        return .done
    }

    func order(
        _ job: Job, _ traits: BackendTraits?, _ stems: [StagedStem], model: String? = nil, reusedFrom: JobID? = nil
    ) throws(Failure) -> DeliveryOrder {
        guard let facts = job.facts else { throw Self.inconsistent(job, "facts") }
        return DeliveryOrder(
            job: job.id, key: job.key, source: folder.source(of: job.key), identity: job.identity, facts: facts,
            stems: stems,
            provenance: Provenance(
                backend: job.backend ?? .builtin, kind: traits?.kind, model: model ?? traits?.model ?? "",
                foundAt: job.foundAt,
                separatedAt: .now, minutes: job.charge?.amount ?? .zero,
                sumsToMix: traits.map { $0.sumsToMix && Set(wanted($0)) == Set($0.stems) } ?? false),
            reusedFrom: reusedFrom)
    }
}
