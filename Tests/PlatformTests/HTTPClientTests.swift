// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Platform
import Synchronization
import SystemPackage
import TestKit
import Testing

/// Requests over real sockets, with everything that can go wrong on the way.
@Suite(.timeLimit(.minutes(2)))
struct HTTPClientTests {
    let directory = TemporaryDirectory()

    private func request(
        _ method: HTTPRequest.Method, _ path: String, at server: WebDouble
    ) throws -> HTTPRequest { HTTPRequest(method, try ServiceURL(server.origin + path)) }

    /// An open file, whose bytes repeat only after a long period.
    private func file(_ count: Int, _ name: String = "content") throws -> (FileDescriptor, [UInt8]) {
        var generator = SeededGenerator(seed: 7)
        let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        try directory(name).write(bytes)
        return (try FileDescriptor.open(directory(name), .readWrite, options: [.closeOnExec]), bytes)
    }

    private func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    @Test func `a response has its status, headers and body, and the connection is used again`() async throws {
        let server = WebDouble { WebDouble.Response(201, headers: [("X-Word", " yes ")], $0.body + [33]) }
        for _ in 0..<5 {
            var request = try request(.post, "/v1/things?a=b", at: server)
            request.body = .bytes(Array("hello".utf8), type: "text/plain")
            request.set("Authorization", "Bearer abc")
            let answer = try await HTTPClient.send(request)
            #expect(answer.status == 201)
            #expect(answer.headers["x-word"] == "yes")
            #expect(answer.body == Array("hello!".utf8))
        }
        #expect(server.connections == 1)
        #expect(server.requests[0].headers["authorization"] == "Bearer abc")
        #expect(server.requests[0].target == "/v1/things?a=b")
    }

    @Test func `a redirect is returned, and is not followed`() async throws {
        let server = WebDouble { _ in WebDouble.Response(307, headers: [("Location", "/elsewhere")]) }
        #expect(try await HTTPClient.send(request(.get, "/", at: server)).status == 307)
        #expect(server.requests.count == 1)
    }

    @Test func `a response that is too long for memory is stopped`() async throws {
        let server = WebDouble { _ in WebDouble.Response(200, [UInt8](repeating: 1, count: 2000)) }
        var request = try request(.get, "/", at: server)
        request.memoryLimit = 1999
        let failure = await #expect(throws: Failure.self) { try await HTTPClient.send(request) }
        #expect(failure?.code == .networkProtocol)
    }

    @Test func `each kind of network failure has its code`() async throws {
        let server = WebDouble { _ in WebDouble.Response(200, Array("12345678".utf8)) }
        let faults: [(WebDouble.Fault, FailureCode)] = [
            (.reset, .networkInterrupted), (.loseAnswer, .networkInterrupted), (.stall, .networkStalled),
            (.truncate(afterBody: 3), .networkInterrupted), (.stallAnswer(afterBody: 3), .networkStalled),
        ]
        for (fault, code) in faults {
            server.plan(fault)
            var request = try request(.get, "/", at: server)
            request.limits.stall = .seconds(1)
            let frozen = request
            let failure = await #expect(throws: Failure.self) { try await HTTPClient.send(frozen) }
            #expect(failure?.code == code, "\(fault)")
            #expect(failure?.remedy == .retry(after: nil))
        }
        server.refuse()
        let refused = await #expect(throws: Failure.self) { try await HTTPClient.send(request(.get, "/", at: server)) }
        #expect(refused?.code == .networkUnreachable)
        server.listenAgain()
        #expect(try await HTTPClient.send(request(.get, "/", at: server)).status == 200)
    }

    @Test func `a cancelled task ends its transfer`() async throws {
        let (arrived, arrival) = AsyncStream.makeStream(of: Void.self)
        let server = WebDouble { _ in
            arrival.yield()
            return WebDouble.Response(200, [1])
        }
        server.plan(.stallAnswer(afterBody: 0))
        var request = try request(.get, "/", at: server)
        request.limits.stall = nil
        let frozen = request
        let task = Task { try await HTTPClient.send(frozen) }
        for await _ in arrived { break }
        task.cancel()
        let failure = await #expect(throws: Failure.self) { try await task.value }
        #expect(failure?.code == .jobCancelled)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await HTTPClient.send(frozen)
        }
        await #expect(throws: Failure.self) { try await early.value }
    }

    @Test func `an upload sends the pieces of a file, from where it was cut`() async throws {
        let stored = Mutex<[UInt8]>([])
        let server = WebDouble { request in
            stored.withLock { $0 += request.body }
            return WebDouble.Response(204)
        }
        let (descriptor, bytes) = try file(3_000_000)
        defer { try? descriptor.close() }
        let content = UploadContent([
            .bytes(Array("head".utf8)), .range(offset: 1000, count: 2_000_000), .range(offset: 2_500_000, count: 9),
        ])
        let whole = Array("head".utf8) + bytes[1000..<2_001_000] + bytes[2_500_000..<2_500_009]
        let digest = try content.digest(of: descriptor)
        #expect(digest == sha256(whole))

        server.plan(.cut(afterBody: 700_000))
        var request = try request(.put, "/object", at: server)
        request.body = .upload(try UploadBody(content, of: descriptor, digest: digest))
        let cut = request
        let failure = await #expect(throws: Failure.self) { try await HTTPClient.send(cut) }
        #expect(failure?.code == .networkInterrupted)
        let arrived = stored.withLock { $0.count }
        #expect(arrived == 700_000)

        let reported = Mutex<Int64>(0)
        request.body = .upload(try UploadBody(content, of: descriptor, digest: digest, from: Int64(arrived)))
        request.progress = { sent, _ in reported.withLock { $0 = max($0, sent) } }
        #expect(try await HTTPClient.send(request).status == 204)
        #expect(stored.withLock { $0 } == whole)
        #expect(reported.withLock { $0 } == Int64(whole.count - arrived))
    }

    @Test func `progress is reported a few times a second, however many pieces are moved`() async throws {
        let server = WebDouble { _ in WebDouble.Response(204) }
        let (descriptor, _) = try file(600_000)
        defer { try? descriptor.close() }
        let content = UploadContent([.range(offset: 0, count: 600_000)])
        var request = try request(.put, "/object", at: server)
        request.body = .upload(try UploadBody(content, of: descriptor, digest: try content.digest(of: descriptor)))
        request.limits.uploadRate = 500_000
        let reported = Mutex<[(at: ContinuousClock.Instant, sent: Int64)]>([])
        request.progress = { sent, _ in reported.withLock { $0.append((.now, sent)) } }
        #expect(try await HTTPClient.send(request).status == 204)
        let all = reported.withLock { $0 }
        #expect(all.last?.sent == 600_000)
        #expect(all.contains { $0.sent > 0 && $0.sent < 600_000 }, "nothing was reported on the way")
        // The last comes whenever it is over.
        for (earlier, later) in zip(all, all.dropFirst().dropLast()) {
            #expect(later.at - earlier.at >= HTTPRequest.progressInterval - .milliseconds(1))
        }
    }

    @Test func `a slow upload is never silent for so long that it looks dead`() async throws {
        let server = WebDouble { _ in WebDouble.Response(204) }
        let (descriptor, _) = try file(600_000)
        defer { try? descriptor.close() }
        let content = UploadContent([.range(offset: 0, count: 600_000)])
        var request = try request(.put, "/object", at: server)
        request.body = .upload(try UploadBody(content, of: descriptor, digest: try content.digest(of: descriptor)))
        request.limits.uploadRate = 64_000
        request.limits.stall = .seconds(1)
        #expect(try await HTTPClient.send(request).status == 204)
    }

    @Test func `the end of a file that changed is never sent`() async throws {
        let server = WebDouble { _ in WebDouble.Response(204) }
        let (descriptor, bytes) = try file(1_000_000)
        defer { try? descriptor.close() }
        let content = UploadContent([.range(offset: 0, count: 1_000_000)])
        let digest = try content.digest(of: descriptor)
        for change in ["another byte", "shorter"] {
            if change == "shorter" {
                try directory("content").write(Array(bytes[..<500_000]))
            } else {
                var other = bytes
                other[3] ^= 1
                try directory("content").write(other)
            }
            var request = try request(.put, "/object", at: server)
            request.body = .upload(try UploadBody(content, of: descriptor, digest: digest))
            let failure = await #expect(throws: Failure.self) { try await HTTPClient.send(request) }
            #expect(failure?.code == .sourceChanged, "\(change)")
            #expect(failure?.remedy == .reject)
        }
        #expect(server.requests.isEmpty, "a whole upload arrived")
    }

    /// Services with and without byte ranges.
    private static func object(_ bytes: [UInt8], ranges: Bool) -> @Sendable (WebDouble.Request) -> WebDouble.Response {
        { request in
            guard ranges, let range = request.headers["range"], let first = Int(range.dropFirst(6).dropLast()) else {
                return WebDouble.Response(200, bytes)
            }
            return WebDouble.Response(206, Array(bytes[first...]))
        }
    }

    @Test(arguments: [true, false])
    func `a download continues where it was cut`(ranges: Bool) async throws {
        let (source, bytes) = try file(2_000_000, "original")
        try source.close()
        let server = WebDouble(Self.object(bytes, ranges: ranges))
        let target = try FileDescriptor.open(
            directory("target"), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        defer { try? target.close() }
        server.plan(.truncate(afterBody: 1_200_000))
        for attempt in 0..<2 {
            let download = try DownloadFile(target, size: 2_000_000, digest: sha256(bytes))
            #expect(attempt == 0 ? download.offset == 0 : download.offset > 0)
            var request = try request(.get, "/stem", at: server)
            if download.offset > 0 { request.set("Range", "bytes=\(download.offset)-") }
            request.sink = .file(download)
            let frozen = request
            if attempt == 0 {
                await #expect(throws: Failure.self) { try await HTTPClient.send(frozen) }
            } else {
                let answer = try await HTTPClient.send(frozen)
                #expect(answer.status == (ranges ? 206 : 200))
                #expect(answer.body.isEmpty)
                try download.verify()
            }
        }
        #expect(try directory("target").bytes() == bytes)
    }

    @Test func `a download that is not what was announced is thrown away`() async throws {
        let bytes = [UInt8](repeating: 5, count: 100)
        let server = WebDouble(Self.object(bytes, ranges: true))
        let target = try FileDescriptor.open(
            directory("target"), .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        defer { try? target.close() }
        server.plan(.corrupt)
        let download = try DownloadFile(target, size: 100, digest: sha256(bytes))
        var request = try request(.get, "/stem", at: server)
        request.sink = .file(download)
        _ = try await HTTPClient.send(request)
        let failure = #expect(throws: Failure.self) { try download.verify() }
        #expect(failure?.code == .networkProtocol)
        #expect(try directory("target").bytes().isEmpty)

        let short = try DownloadFile(target, size: 99, digest: sha256(bytes))
        request.sink = .file(short)
        let frozen = request
        let long = await #expect(throws: Failure.self) { try await HTTPClient.send(frozen) }
        #expect(long?.code == .networkProtocol)

        // The body of an error is not stored as a stem.
        server.plan(.answer(WebDouble.Response(404, Array("no".utf8))))
        let none = try DownloadFile(target, size: 100, digest: sha256(bytes))
        request.sink = .file(none)
        #expect(try await HTTPClient.send(request).body == Array("no".utf8))
        #expect(none.offset == 0)
    }

    @Test func `an upload is no faster than its limit`() async throws {
        let server = WebDouble { _ in WebDouble.Response(204) }
        let (descriptor, bytes) = try file(300_000)
        defer { try? descriptor.close() }
        let content = UploadContent([.range(offset: 0, count: 300_000)])
        var request = try request(.put, "/object", at: server)
        request.limits.uploadRate = 200_000
        request.body = .upload(try UploadBody(content, of: descriptor, digest: sha256(bytes)))
        let begun = ContinuousClock.now
        #expect(try await HTTPClient.send(request).status == 204)
        #expect(ContinuousClock.now - begun >= .milliseconds(400))
    }

    @Test func `a token that could smuggle a header is refused`() async throws {
        let server = WebDouble { _ in WebDouble.Response(200) }
        var request = try request(.get, "/", at: server)
        request.set("Authorization", "Bearer a\r\nX-Evil: 1")
        let frozen = request
        let failure = await #expect(throws: Failure.self) { try await HTTPClient.send(frozen) }
        #expect(failure?.code == .configInvalid)
        #expect(failure.map { !"\($0)".contains("Evil") } == true)
    }
}
