// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import StemlabAPI
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

/// An upload that is refused before its bytes have come is not listened to.
@Suite(.timeLimit(.minutes(1))) struct EarlyRefusalTests {
    private func expectRefused(
        _ scene: ServiceScene, _ path: String, length: Int, status: Int, code: String
    ) async throws {
        // Of the body nothing ever comes: whoever waited for it would not answer, or not let go.
        let head = "PUT \(LoopbackClient.target(path)) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
        let answer = try await scene.client.send(Array(head.utf8))
        #expect(answer.status == status)
        #expect(try answer.problem.code == code)
        #expect(answer.headers["connection"] == "close")
    }

    @Test func `a wrong signature, a size beyond the ticket and an upload that is over are answered at once`()
        async throws
    {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket([1, 2, 3]).json(Upload.self)
            let url = try #require(ticket.url)
            try await expectRefused(scene, url, length: 200_000_000, status: 413, code: "body.too_large")
            let forged = String(url.dropLast(2)) + (url.hasSuffix("AA") ? "BA" : "AA")
            let answer = try await scene.client.ask("PUT", forged, body: [1, 2, 3])
            #expect(answer.status >= 400)
            try await expectRefused(
                scene, forged, length: 200_000_000, status: answer.status, code: try answer.problem.code)
        }
    }

    @Test func `whoever sends on is cut off, and has the answer`() async throws {
        let directory = TemporaryDirectory()
        let size = 64 << 20
        try directory("song").write([UInt8](repeating: 7, count: size))
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket([1, 2, 3]).json(Upload.self)
            let file = try FileDescriptor.open(directory("song"), .readOnly, options: [.closeOnExec])
            defer { #expect(throws: Never.self) { try file.close() } }
            let content = UploadContent([.range(offset: 0, count: Int64(size))])
            let body = try UploadBody(content, of: file, digest: content.digest(of: file))
            // As the service is reached here, whatever it is called.
            let url = try #require(ticket.url)
            let target = url[try #require(url.firstRange(of: "/v1/")).lowerBound...]
            var request = HTTPRequest(.put, try ServiceURL("http://127.0.0.1:\(scene.client.port)\(target)"))
            request.body = .upload(body)
            let answer = try await HTTPClient.send(request)
            #expect(answer.status == 413 && answer.headers["connection"] == "close")
        }
    }

    @Test func `a short body is read to its end, and the connection kept`() async throws {
        try await ServiceScene.run { scene in
            let question = "POST /v1/nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
            let answer = try await scene.client.send(Array(question.utf8))
            #expect(answer.status == 404 && answer.headers["connection"] != "close")
        }
    }

    @Test func `a client that waited to be told is cut off all the same, when its next upload is refused`() async throws
    {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket([1, 2, 3]).json(Upload.self)
            let url = try #require(ticket.url)
            func put(_ length: Int, _ more: String) -> [UInt8] {
                Array(
                    "PUT \(LoopbackClient.target(url)) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\(more)\r\n"
                        .utf8)
            }
            let connection = try scene.client.holdOpen(sending: put(3, "Expect: 100-continue\r\n"))
            let told = await connection.receive(until: "\r\n\r\n")
            #expect(told == "HTTP/1.1 100 Continue\r\n\r\n")
            connection.send([1, 2, 3])
            let taken = await connection.receive(until: "\r\n\r\n")
            #expect(taken.hasPrefix("HTTP/1.1 204"))
            connection.send(put(200_000_000, ""))
            let refused = await connection.receive(until: "\r\n\r\n")
            #expect(
                refused.hasPrefix("HTTP/1.1 413") && refused.lowercased().contains("connection: close"), "\(refused)")
        }
    }
}
