// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Ending jobs on purpose.
extension Engine {
    /// Calls a job off: at once when nothing of it is anywhere else; else its runner stops, and the backend's part of it is
    /// cleared away first.
    func callOff(_ job: Job, _ reason: CallOff) {
        guard !job.isOver, job.step < .delivered else { return }
        let atBackend = job.step > .queued && backend(of: job) != nil
        guard runs[job.id] != nil || atBackend else { return cancel(job, reason) }
        errands[job.id] = .callOff(reason)
        if job.wait != nil { write([(job.id, .resumed(by: "change"))]) }
        runs[job.id]?.calledOff.wake()
        place(job.id)
        wakeup.wake()
    }

    /// Writes the end of a job that is called off.
    func cancel(_ job: Job, _ reason: CallOff) {
        let refund: [(JobID?, LedgerEvent)] = job.reservation == nil ? [] : [(job.id, .refunded)]
        write(refund + [(job.id, .cancelled(Self.failure(of: job, reason)))])
        releaseAudio(of: job.id)
        place(job.id)
        notice(job.id)
    }

    private static func failure(of job: Job, _ reason: CallOff) -> Failure {
        let name = Printable(job.key.path)
        return switch reason {
        case .person:
            Failure(.jobCancelled, "\(name) was cancelled by hand", hint: "stemwatch retry \(job.id)", remedy: .reject)
        case .sourceChanged:
            Failure(.sourceChanged, "\(name) changed; its new content is a job of its own", remedy: .reject)
        case .sourceGone: Failure(.sourceGone, "\(name) is no longer there", remedy: .reject)
        }
    }

    func job(_ id: JobID) -> Job? { book.job(id) }

    func backend(of job: Job) -> (any Backend)? { job.backend.flatMap { backends[$0] } }

    func requireBackend(of job: Job) throws(Failure) -> any Backend {
        if let backend = backend(of: job) { return backend }
        throw Failure(
            .backendUnknown, "the configuration has no backend named \(job.backend?.rawValue ?? "?")",
            hint: "name it under backends: and reload", remedy: .hold(until: .surroundings))
    }
}
