// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import HTTPTypes
import Hummingbird
import NIOCore
import Platform
import StemlabAPI

/// `/v1/objects/stems`: the bytes of stems, at URLs that carry their own permission.
struct StemRoutes: Sendable {
    let store: Store
    let storage: any ObjectStorage
    let urls: SignedURLs

    var routes: [Route] {
        [Route("getStem", .get, "/v1/objects/stems/{job_id}/{stem}", .everybody, handle: get)]
    }

    /// Bytes that are read at once.
    private static let piece = 256 << 10

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
