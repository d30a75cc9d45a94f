// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/jobs`.
struct JobRoutes: Sendable {
    let service: JobService
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

    @Sendable private func list(_ request: APIRequest) async throws -> ServiceResponse {
        let paging = try Paging(request.query)
        let reference = try request.query.text("client_reference", Self.reference)
        let state = try request.query["state"].map { text throws(APIError) in
            guard let state = Job.State(rawValue: text) else {
                throw .malformed("/query/state", "it is none of the states of a job")
            }
            return state
        }
        let found = try await service.page(
            of: request.principal, reference: reference, state: state, before: paging.before,
            limit: paging.asked)
        let (shown, next) = paging.page(found) { $0.job.number }
        return try .json(JobPage(jobs: shown.map { wire($0, request.now) }, next: next))
    }

    @Sendable private func create(_ request: APIRequest) async throws -> ServiceResponse {
        guard let key = request.headers[.idempotencyKey] else {
            throw APIError.malformed("/header/Idempotency-Key", "it is missing: choose one for each job")
        }
        guard Self.key.matches(key) else {
            throw APIError.malformed("/header/Idempotency-Key", "it is not \(Self.key.noun)")
        }
        let members = try request.members()
        let order = JobAdmission.Order(
            key: key, upload: try members.text("upload", Self.upload),
            duration: AudioDuration(milliseconds: try members.integer("duration_ms", 1...86_400_000)),
            stems: try members.optionalList("stems", 1...16, Self.stem),
            format: try members.optionalWord("format", AudioContainer.self) ?? .wav,
            clientReference: try members.optionalText("client_reference", Self.reference))
        let (job, isNew) = try await service.create(order, for: request.principal, at: request.now)
        return try .json(wire(job, request.now), status: isNew ? .created : .ok)
    }

    @Sendable private func read(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("job_id", .job)
        let wait = try request.query.integer("wait", 0...30, default: 0)
        let job = try await service.find(id, of: request.principal, wait: .seconds(wait))
        return try .json(wire(job, wait == 0 ? request.now : .now))
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("job_id", .job)
        try await service.delete(id, of: request.principal, at: request.now)
        return .done
    }

    @Sendable private func cancel(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("job_id", .job)
        let job = try await service.cancel(id, of: request.principal, at: request.now)
        return try .json(wire(job, request.now))
    }

    private func wire(_ standing: JobTable.Standing, _ now: WallTime) -> Job {
        let job = standing.job
        return Job(
            id: job.id, state: job.state, clientReference: job.clientReference, upload: job.upload,
            format: job.format.rawValue, wanted: job.wanted.map(\.rawValue), model: job.model,
            progressPercent: job.progress, reservedMilliseconds: job.reserved.milliseconds,
            chargedMilliseconds: job.charged?.milliseconds, failure: job.failure, createdAt: Timestamp(job.createdAt),
            startedAt: job.startedAt.map(Timestamp.init), finishedAt: job.finishedAt.map(Timestamp.init),
            expiresAt: job.state == .succeeded ? job.expiresAt.map(Timestamp.init) : nil,
            swept: job.state == .succeeded && job.isSwept ? true : nil,
            stems: standing.stems.map { stem in
                let signed = urls.getting(stem, of: job.id, at: now)
                return Stem(
                    name: stem.name.rawValue, bytes: stem.bytes, sha256: stem.sha256, url: signed.url,
                    urlExpiresAt: Timestamp(signed.expiresAt))
            })
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key")!
}
