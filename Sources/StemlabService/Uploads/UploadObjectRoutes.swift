// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import NIOCore
import Platform
import StemlabAPI

/// `/v1/objects/uploads`: the bytes of uploads, sent to URLs that carry their own permission.
struct UploadObjectRoutes: Sendable {
    let uploads: UploadService
    let urls: SignedURLs

    var routes: [Route] {
        [Route("putUpload", .put, "/v1/objects/uploads/{upload_id}", .everybody, body: .stream, handle: put)]
    }

    /// Bytes that are written at once.
    private static let piece = 256 << 10

    @Sendable private func put(_ request: APIRequest) async throws -> ServiceResponse {
        let id = try request.identifier("upload_id", .upload)
        let size = try urls.check("PUT", SignedURLs.path(upload: id), request.query, at: request.now)
        let (from, count) = try part(request.headers, of: size)
        var stream = try await uploads.receive(id, size: size, from: from, count: count)
        var gathered = ByteBuffer()
        do {
            for try await bytes in request.openStream() {
                gathered.writeImmutableBuffer(bytes)
                if gathered.readableBytes >= Self.piece {
                    try await stream.write(gathered)
                    gathered.clear()
                }
            }
        } catch let error as APIError {
            throw error
        } catch let failure as Failure {
            throw failure
        } catch {
            // Cut off. What has come stays, to go on from.
            if gathered.readableBytes > 0 { try await stream.write(gathered) }
            throw ConnectionLost()
        }
        if gathered.readableBytes > 0 { try await stream.write(gathered) }
        try await stream.finish()
        return ServiceResponse(.noContent, headers: [.uploadOffset: String(stream.offset)])
    }

    /// What a PUT announces that it sends.
    /// - Returns: where it goes on, `nil` for the whole; and how many bytes.
    private func part(_ headers: HTTPFields, of size: Int64) throws(APIError) -> (from: Int64?, count: Int64) {
        guard let length = headers[.contentLength].flatMap({ Int64($0) }), length >= 0 else {
            throw APIError(.lengthRequired, "say how many bytes come, in Content-Length")
        }
        guard let field = headers[.contentRange] else {
            guard length <= size else { throw APIError(.bodyTooLarge, "the upload is of \(size) bytes") }
            guard length == size else {
                throw .malformed(
                    "/header/Content-Length", "the whole is \(size) bytes; of a part, say which: Content-Range")
            }
            return (nil, length)
        }
        guard let range = ContentRange(field), range.size == size else {
            throw .malformed("/header/Content-Range", "it is not bytes FIRST-LAST/\(size) with FIRST ≤ LAST < \(size)")
        }
        guard length <= range.count else { throw APIError(.bodyTooLarge, "the part is of \(range.count) bytes") }
        guard length == range.count else {
            throw .malformed("/header/Content-Length", "the part is of \(range.count) bytes")
        }
        return (range.first, length)
    }
}

extension HTTPField.Name {
    static let uploadOffset = Self("Upload-Offset")!
}
