// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/jobs`.
struct JobRoutes: Sendable {
    let desk: JobDesk
    let urls: SignedURLs

    var routes: [Route] {
        [
            Route("listJobs", .get, "/v1/jobs", .token(.jobsRead), handle: list),
            Route("createJob", .post, "/v1/jobs", .token(.jobsWrite), body: .json, handle: create),
            Route("readJob", .get, "/v1/jobs/{job_id}", .token(.jobsRead), handle: read),
            Route("deleteJob", .delete, "/v1/jobs/{job_id}", .token(.jobsWrite), handle: delete),
            Route("cancelJob", .post, "/v1/jobs/{job_id}/cancel", .token(.jobsWrite), handle: cancel),
        ]
    }

    private static let key = TextForm.characters(
        "8 to 128 letters, digits, dots, underscores, colons and hyphens", 8...128
    ) {
        isReference($0)
    }
    private static let reference = TextForm.characters("a reference of 1 to 64 characters", 1...64) { isReference($0) }
    private static let stem = TextForm.characters("a stem's name", 1...32) {
        (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
    }
    /// What is not in good form names nothing, and is looked for in vain.
    private static let upload = TextForm.any("an upload's name", 0...1000)

    private static func isReference(_ byte: UInt8) -> Bool {
        TextForm.isAlphanumeric(byte) || Array("._:-".utf8).contains(byte)
    }

    @Sendable private func list(_ exchange: Exchange) async throws -> Answer {
        let paging = try Paging(exchange.query)
        let reference = try exchange.query.text("client_reference", Self.reference)
        let state = try exchange.query["state"].map { text throws(Refusal) in
            guard let state = Job.State(rawValue: text) else {
                throw .malformed("/query/state", "it is none of the states of a job")
            }
            return state
        }
        let found = try await desk.page(
            of: exchange.principal, reference: reference, state: state, before: paging.before,
            limit: paging.asked)
        let (shown, next) = paging.page(found) { $0.job.number }
        return try .json(JobPage(jobs: shown.map { wire($0, exchange.now) }, next: next))
    }

    @Sendable private func create(_ exchange: Exchange) async throws -> Answer {
        guard let key = exchange.headers[.idempotencyKey] else {
            throw Refusal.malformed("/header/Idempotency-Key", "it is missing: choose one for each job")
        }
        guard Self.key.matches(key) else {
            throw Refusal.malformed("/header/Idempotency-Key", "it is not \(Self.key.noun)")
        }
        let members = try exchange.members()
        let order = JobAdmission.Order(
            key: key, upload: try members.text("upload", Self.upload),
            duration: AudioDuration(milliseconds: try members.integer("duration_ms", 1...86_400_000)),
            stems: try members.optionalList("stems", 1...16, Self.stem),
            format: try members.optionalWord("format", AudioContainer.self) ?? .wav,
            clientReference: try members.optionalText("client_reference", Self.reference))
        let (job, isNew) = try await desk.create(order, for: exchange.principal, at: exchange.now)
        return try .json(wire(job, exchange.now), status: isNew ? .created : .ok)
    }

    @Sendable private func read(_ exchange: Exchange) async throws -> Answer {
        let id = try exchange.identifier("job_id", .job)
        let wait = try exchange.query.integer("wait", 0...30, default: 0)
        let job = try await desk.find(id, of: exchange.principal, wait: .seconds(wait))
        return try .json(wire(job, wait == 0 ? exchange.now : .now))
    }

    @Sendable private func delete(_ exchange: Exchange) async throws -> Answer {
        let id = try exchange.identifier("job_id", .job)
        try await desk.delete(id, of: exchange.principal, at: exchange.now)
        return .done
    }

    @Sendable private func cancel(_ exchange: Exchange) async throws -> Answer {
        let id = try exchange.identifier("job_id", .job)
        let job = try await desk.cancel(id, of: exchange.principal, at: exchange.now)
        return try .json(wire(job, exchange.now))
    }

    private func wire(_ standing: JobBook.Standing, _ now: WallTime) -> Job {
        let job = standing.job
        return Job(
            id: job.id, state: job.state, clientReference: job.clientReference, upload: job.upload,
            format: job.format.rawValue, wanted: job.wanted.map(\.rawValue), model: job.model,
            progressPercent: job.progress, reservedMilliseconds: job.reserved.milliseconds,
            chargedMilliseconds: job.charged?.milliseconds, failure: job.failure, createdAt: Moment(job.createdAt),
            startedAt: job.startedAt.map(Moment.init), finishedAt: job.finishedAt.map(Moment.init),
            expiresAt: job.state == .succeeded ? job.expiresAt.map(Moment.init) : nil,
            swept: job.state == .succeeded && job.isSwept ? true : nil,
            stems: standing.stems.map { stem in
                let signed = urls.getting(stem, of: job.id, at: now)
                return Stem(
                    name: stem.name.rawValue, bytes: stem.bytes, sha256: stem.sha256, url: signed.url,
                    urlExpiresAt: Moment(signed.expiresAt))
            })
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key")!
}
