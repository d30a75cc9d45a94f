// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/uploads`.
struct UploadRoutes: Sendable {
    let desk: UploadDesk
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

    @Sendable private func list(_ exchange: Exchange) async throws -> Answer {
        let paging = try Paging(exchange.query)
        let found = try await desk.page(
            of: exchange.principal, before: paging.before, limit: paging.asked)
        let (shown, next) = paging.page(found) { $0.upload.number }
        return try .json(UploadPage(uploads: shown.map { wire($0, exchange.now) }, next: next))
    }

    @Sendable private func create(_ exchange: Exchange) async throws -> Answer {
        let members = try exchange.members()
        let order = UploadOrder(
            bytes: try members.integer("bytes", 1...107_374_182_400), sha256: try members.text("sha256", Self.digest))
        let (standing, isNew) = try await desk.ticket(order, for: exchange.principal, at: exchange.now)
        return try .json(wire(standing, exchange.now), status: isNew ? .created : .ok)
    }

    @Sendable private func read(_ exchange: Exchange) async throws -> Answer {
        let id = try exchange.identifier("upload_id", .upload)
        return try .json(wire(try await desk.find(id, of: exchange.principal), exchange.now))
    }

    @Sendable private func delete(_ exchange: Exchange) async throws -> Answer {
        try await desk.remove(try exchange.identifier("upload_id", .upload), of: exchange.principal)
        return .done
    }

    @Sendable private func complete(_ exchange: Exchange) async throws -> Answer {
        let id = try exchange.identifier("upload_id", .upload)
        return try .json(wire(try await desk.complete(id, of: exchange.principal), exchange.now))
    }

    private func wire(_ standing: UploadDesk.Standing, _ now: WallTime) -> Upload {
        let upload = standing.upload
        var wire = Upload(
            id: upload.id, state: upload.state, bytes: upload.bytes, sha256: upload.sha256, offset: standing.offset,
            createdAt: Moment(upload.createdAt))
        if upload.state != .used { wire.expiresAt = Moment(upload.expiresAt) }
        if upload.state == .open {
            let signed = urls.putting(upload, at: now)
            wire.url = signed.url
            wire.urlExpiresAt = Moment(signed.expiresAt)
        }
        return wire
    }
}
