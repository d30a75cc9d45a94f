// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/uploads`.
struct UploadRoutes: Sendable {
    let service: UploadService
    let urls: SignedURLs

    var routes: [Route] {
        [
            Route("listUploads", .get, "/v1/uploads", .token(.jobsRead), handle: list),
            Route("createUpload", .post, "/v1/uploads", .token(.jobsWrite), body: .json, handle: create),
            Route("readUpload", .get, "/v1/uploads/{upload_id}", .token(.jobsRead), handle: read),
            Route("deleteUpload", .delete, "/v1/uploads/{upload_id}", .token(.jobsWrite), handle: delete),
            Route(
                "completeUpload", .post, "/v1/uploads/{upload_id}/complete", .token(.jobsWrite), handle: complete),
        ]
    }

    private static let digest = TextForm.characters("a SHA-256 in hexadecimal", 64...64) {
        (48...57).contains($0) || (97...102).contains($0)
    }

    @Sendable private func list(_ request: APIRequest) async throws -> ServiceResponse {
        let paging = try Paging(request.query)
        let found = try await service.page(
            of: request.principal, before: paging.before, limit: paging.asked)
        let (shown, next) = paging.page(found) { $0.upload.number }
        return try .json(UploadPage(uploads: shown.map { wire($0, request.now) }, next: next))
    }

    @Sendable private func create(_ request: APIRequest) async throws -> ServiceResponse {
        let members = try request.members()
        let order = UploadOrder(
            bytes: try members.integer("bytes", 1...107_374_182_400), sha256: try members.text("sha256", Self.digest))
        let (standing, isNew) = try await service.ticket(order, for: request.principal, at: request.now)
        return try .json(wire(standing, request.now), status: isNew ? .created : .ok)
    }

    @Sendable private func read(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("upload_id", .upload)
        return try .json(wire(try await service.find(id, of: request.principal), request.now))
    }

    @Sendable private func delete(_ request: APIRequest) async throws -> ServiceResponse {
        try await service.remove(try request.identifier("upload_id", .upload), of: request.principal)
        return .done
    }

    @Sendable private func complete(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("upload_id", .upload)
        return try .json(wire(try await service.complete(id, of: request.principal), request.now))
    }

    private func wire(_ standing: UploadService.Standing, _ now: WallTime) -> Upload {
        let upload = standing.upload
        var wire = Upload(
            id: upload.id, state: upload.state, bytes: upload.bytes, sha256: upload.sha256, offset: standing.offset,
            createdAt: Timestamp(upload.createdAt))
        if upload.state != .used { wire.expiresAt = Timestamp(upload.expiresAt) }
        if upload.state == .open {
            let signed = urls.putting(upload, at: now)
            wire.url = signed.url
            wire.urlExpiresAt = Timestamp(signed.expiresAt)
        }
        return wire
    }
}
