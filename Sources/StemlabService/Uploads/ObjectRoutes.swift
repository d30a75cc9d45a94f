// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Hummingbird
import NIOCore
import Platform
import StemlabAPI

/// `/v1/objects`: the bytes themselves, at URLs that carry their own permission.
struct ObjectRoutes: Sendable {
    let uploads: UploadService
    let store: Store
    let storage: any ObjectStorage
    let urls: SignedURLs

    var routes: [Route] {
        [
            Route("putUpload", .put, "/v1/objects/uploads/{upload_id}", .everybody, body: .stream, handle: put),
            Route("getStem", .get, "/v1/objects/stems/{job_id}/{stem}", .everybody, handle: get),
        ]
    }

    /// Bytes that are written, or read, at once.
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
        } catch let refusal as APIError {
            throw refusal
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

    /// What a PUT says that it sends.
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

    @Sendable private func get(_ request: APIRequest) async throws -> ServiceResponse {
        let job = try request.identifier("job_id", .job)
        guard let name = request.parameters["stem"].flatMap(StemName.init) else { throw APIError.unknown }
        let size = try urls.check("GET", SignedURLs.path(stem: name, of: job), request.query, at: request.now)
        let found = try await store.read { db in try JobTable.stem(name, of: job, in: db) }
        guard let (stem, format) = found, stem.bytes == size else { throw APIError.unknown }
        let storage = storage
        let reader = try await StorageCalls.run { () throws(Failure) in try storage.read(.stem(job, name)) }
        guard let reader else { throw APIError.unknown }
        guard reader.length == size else {
            throw Failure(.systemIO, "a stem of \(job) has not the length it was stored with", remedy: .stop)
        }
        let tag = "\"\(stem.sha256)\""
        let headers: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes", .contentType: "audio/\(format.rawValue)", .cacheControl: "no-store",
        ]
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        switch isSame ? ByteRange.of(request.headers[.range], length: size) : .whole {
        case .whole:
            return ServiceResponse(.ok, headers: headers, body: Self.body(reader, 0..<size))
        case .part(let range):
            var headers = headers
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return ServiceResponse(.partialContent, headers: headers, body: Self.body(reader, range))
        case .beyond:
            var answer = try ServiceResponse.problem(APIError(.rangeUnsatisfiable, "there are \(size) bytes"))
            answer.headers[.contentRange] = "bytes */\(size)"
            return answer
        }
    }

    private static func body(_ reader: any ObjectReader, _ range: Range<Int64>) -> ResponseBody {
        ResponseBody(contentLength: Int(range.count)) { writer in
            var offset = range.lowerBound
            while offset < range.upperBound {
                let (start, wanted) = (offset, Int(min(Int64(piece), range.upperBound - offset)))
                let bytes = try await BlockingPool.shared.run { () throws(Failure) in
                    try read(reader, at: start, wanted)
                }
                try await writer.write(bytes)
                offset += Int64(bytes.readableBytes)
            }
            try await writer.finish(nil)
        }
    }

    private static func read(_ reader: any ObjectReader, at offset: Int64, _ count: Int) throws(Failure) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(count)
        let outcome: Result<Int, Failure> = bytes.withUnsafeMutableWritableBytes { space in
            Result { () throws(Failure) in
                try reader.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
            }
        }
        let got = try outcome.get()
        guard got > 0 else { throw Failure(.systemIO, "a stored object ends early", remedy: .stop) }
        bytes.moveWriterIndex(forwardBy: got)
        return bytes
    }
}

extension HTTPField.Name {
    static let uploadOffset = Self("Upload-Offset")!
}
