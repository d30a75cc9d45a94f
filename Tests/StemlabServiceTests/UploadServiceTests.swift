// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Platform
import StemlabAPI
import TestKit
import Testing

@testable import StemlabService

/// Uploads over a real server on loopback.
@Suite(.timeLimit(.minutes(2))) struct UploadServiceTests {
    private static let song = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    @Test func `bytes that arrive whole are checked and complete, and the ticket is the same until a job has them`()
        async throws
    {
        try await ServiceScene.run { scene in
            let answer = try await scene.ticket(Self.song)
            #expect(answer.status == 201)
            let ticket = try answer.json(Upload.self)
            #expect(ticket.state == .open && ticket.offset == 0 && ticket.bytes == 600_000)
            let again = try await scene.ticket(Self.song)
            #expect(again.status == 200)
            #expect(try again.json(Upload.self).id == ticket.id)
            let put = try await scene.client.ask("PUT", try #require(ticket.url), body: Self.song)
            #expect(put.status == 204)
            #expect(put.headers["upload-offset"] == "600000")
            for _ in 1...2 {
                let complete = try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete")
                #expect(complete.status == 200)
                #expect(try complete.json(Upload.self).state == .complete)
            }
            let late = try await scene.client.ask("PUT", try #require(ticket.url), body: Self.song)
            #expect(late.status == 409)
            #expect(try late.problem.code == "upload.complete")
            #expect(try await scene.ticket(Self.song).json(Upload.self).id == ticket.id)
        }
    }

    @Test func `an upload goes on where it stands, and nowhere else`() async throws {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket(Self.song).json(Upload.self)
            let url = try #require(ticket.url)
            func part(_ range: Range<Int>, _ field: String? = nil) async throws -> LoopbackClient.Response {
                let field = field ?? "bytes \(range.lowerBound)-\(range.upperBound - 1)/600000"
                return try await scene.client.ask(
                    "PUT", url, headers: [("Content-Range", field)], body: Array(Self.song[range]))
            }
            #expect(try await part(0..<250_000).headers["upload-offset"] == "250000")
            let wrong = try await part(250_001..<300_000)
            #expect(wrong.status == 409)
            #expect(try wrong.problem.code == "upload.offset")
            #expect(try wrong.problem.offset == 250_000)
            #expect(try await part(100_000..<300_000).status == 409)
            let early = try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete")
            #expect(early.status == 409)
            #expect(try early.problem.code == "upload.incomplete")
            #expect(try early.problem.offset == 250_000)
            #expect(try await scene.ask("GET", "/v1/uploads/\(ticket.id)").json(Upload.self).offset == 250_000)
            #expect(try await part(250_000..<600_000).status == 204)
            #expect(
                try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete").json(Upload.self).state == .complete)
        }
    }

    @Test func `what was cut off on its way stays, to go on from`() async throws {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket(Self.song).json(Upload.self)
            let url = try #require(ticket.url)
            // Half of what was promised, and the connection ends.
            let head = "PUT \(url) HTTP/1.1\r\nHost: x\r\nContent-Length: 600000\r\n\r\n"
            _ = try scene.client.holdOpen(sending: Array(head.utf8) + Self.song[..<300_000])
            var offset: Int64 = 0
            while offset == 0 {
                offset = try await scene.ask("GET", "/v1/uploads/\(ticket.id)").json(Upload.self).offset
            }
            #expect(offset <= 300_000)
            var rest: LoopbackClient.Response
            repeat {
                // The server may still be writing the last of what came.
                offset = try await scene.ask("GET", "/v1/uploads/\(ticket.id)").json(Upload.self).offset
                rest = try await scene.client.ask(
                    "PUT", url, headers: [("Content-Range", "bytes \(offset)-599999/600000")],
                    body: Array(Self.song[Int(offset)...]))
            } while rest.status == 409
            #expect(rest.status == 204)
            #expect(try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete").status == 200)
        }
    }

    @Test func `content that is not what was declared is thrown away, and the upload is open again`() async throws {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket(Self.song).json(Upload.self)
            let url = try #require(ticket.url)
            var corrupt = Self.song
            corrupt[299_999] ^= 1
            #expect(try await scene.client.ask("PUT", url, body: corrupt).status == 204)
            let refused = try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete")
            #expect(refused.status == 409)
            #expect(try refused.problem.code == "upload.digest_mismatch")
            #expect(try await scene.ask("GET", "/v1/uploads/\(ticket.id)").json(Upload.self).offset == 0)
            #expect(try await scene.client.ask("PUT", url, body: Self.song).status == 204)
            #expect(try await scene.ask("POST", "/v1/uploads/\(ticket.id)/complete").status == 200)
        }
    }

    @Test func `a request for bytes that breaks the document is told where`() async throws {
        try await ServiceScene.run { scene in
            let url = try #require(try await scene.ticket(Self.song).json(Upload.self).url)
            func put(_ url: String, _ body: [UInt8], _ range: String? = nil) async throws -> (Int, String, String?) {
                let answer = try await scene.client.ask(
                    "PUT", url, headers: range.map { [("Content-Range", $0)] } ?? [], body: body)
                return try (answer.status, answer.problem.code, answer.problem.pointer)
            }
            #expect(try await put(url, [1, 2]) == (400, "request.malformed", "/header/Content-Length"))
            #expect(try await put(url, Self.song + [1]) == (413, "body.too_large", nil))
            #expect(try await put(url, [1], "bytes 0-0/7") == (400, "request.malformed", "/header/Content-Range"))
            #expect(try await put(url, [1], "bytes 1-0/600000") == (400, "request.malformed", "/header/Content-Range"))
            #expect(try await put(url, [1], "bytes 0-1/600000") == (400, "request.malformed", "/header/Content-Length"))
            #expect(try await put(url, [1, 2], "bytes 0-0/600000") == (413, "body.too_large", nil))
            let bare = String(url.prefix { $0 != "?" })
            #expect(try await put(bare, [1]) == (400, "request.malformed", "/query/size"))
            #expect(try await put(String(url.dropLast()) + "_", Self.song) == (403, "url.invalid", nil))
            let another = try #require(try await scene.ticket([1, 2, 3]).json(Upload.self).url)
            let swapped = bare + another.drop { $0 != "?" }
            #expect(try await put(swapped, Self.song) == (403, "url.invalid", nil))
            let endless = "PUT \(LoopbackClient.target(url)) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try await scene.client.send(Array((endless + "1\r\na\r\n0\r\n\r\n").utf8))
            #expect(answer.status == 411)
            #expect(try answer.problem.code == "length.required")
        }
    }

    @Test func `a ticket beyond the account's limits is refused with the limit`() async throws {
        try await ServiceScene.run(configuring: {
            $0.limits.uploadBytes = 100
            $0.limits.openUploads = 2
        }) { scene in
            let large = try await scene.ticket([UInt8](repeating: 0, count: 101))
            #expect(large.status == 413)
            #expect(try large.problem.code == "limits.upload_bytes")
            #expect(try large.problem.limit == 100)
            #expect(try await scene.ticket([1]).status == 201)
            let second = try await scene.ticket([2]).json(Upload.self)
            let third = try await scene.ticket([3])
            #expect(third.status == 409)
            #expect(try third.problem.code == "limits.open_uploads")
            #expect(try third.problem.limit == 2)
            #expect(try await scene.ask("DELETE", "/v1/uploads/\(second.id)").status == 204)
            #expect(try await scene.client.ask("PUT", #require(second.url), body: [2]).status == 404)
            #expect(try await scene.ask("DELETE", "/v1/uploads/\(second.id)").status == 404)
            #expect(try await scene.ticket([3]).status == 201)
        }
    }

    @Test func `Threat: all uploads of an account together have a limit, also those of jobs that are done`()
        async throws
    {
        try await ServiceScene.run(configuring: {
            $0.limits.uploadBytes = 10
            $0.limits.openUploads = 1
            $0.limits.concurrentJobs = 1
        }) { scene in
            try await scene.accounts.grant(10_000)
            let upload = try await scene.upload([UInt8](repeating: 1, count: 10))
            let job = try await scene.outcome(of: scene.create(upload.id).json(Job.self).id)
            #expect(job.state == .succeeded)
            let second = try await scene.upload([UInt8](repeating: 2, count: 9))
            _ = try await scene.outcome(of: scene.create(second.id, key: "key-0002").json(Job.self).id)
            #expect(try await scene.ticket([3]).status == 201)
            #expect(try await scene.ticket([3]).status == 200)
            _ = try await scene.ask("DELETE", "/v1/uploads/\(scene.ticket([3]).json(Upload.self).id)")
            let refused = try await scene.ticket([3, 3])
            #expect(refused.status == 409)
            #expect(try refused.problem.code == "limits.stored_bytes")
            #expect(try refused.problem.limit == 20)
            // Another's are another's.
            #expect(try await scene.ticket([3, 3], as: ServiceScene.bobsToken).status == 201)
            #expect(try await scene.ask("DELETE", "/v1/jobs/\(job.id)").status == 204)
            #expect(try await scene.ticket([3, 3]).status == 201)
        }
    }

    @Test func `a disk that is nearly full takes no uploads`() async throws {
        try await ServiceScene.run { scene in
            let ticket = try await scene.ticket([7]).json(Upload.self)
            try await ServiceScene.run(
                configuring: {
                    $0.separation.freeBytes = .max / 2
                    $0.limits.uploadBytes = 100
                }, accounts: scene.accounts
            ) { full in
                let refused = [
                    try await full.ticket([1]), try await full.client.ask("PUT", #require(ticket.url), body: [7]),
                ]
                for answer in refused {
                    #expect(answer.status == 507)
                    #expect(try answer.problem.code == "storage.full")
                }
                // That it comes later does not help one that is too large; one that was given a ticket keeps it.
                #expect(try await full.ticket([UInt8](repeating: 0, count: 101)).status == 413)
                #expect(try await full.ticket([7]).json(Upload.self).id == ticket.id)
                #expect(try await full.ask("GET", "/v1/uploads").json(UploadPage.self).uploads.count == 1)
            }
        }
    }

    @Test func `uploads are listed in pages, newest first, each account's own`() async throws {
        try await ServiceScene.run { scene in
            var ids: [String] = []
            for byte in 1...5 { ids.insert(try await scene.ticket([UInt8(byte)]).json(Upload.self).id, at: 0) }
            _ = try await scene.ticket([9], as: ServiceScene.bobsToken)
            var seen: [String] = []
            var query = "?limit=2"
            while true {
                let page = try await scene.ask("GET", "/v1/uploads\(query)").json(UploadPage.self)
                seen += page.uploads.map(\.id)
                guard let next = page.next else { break }
                query = "?limit=2&cursor=\(next)"
            }
            #expect(seen == ids)
            for query in ["?limit=0", "?limit=101", "?limit=x", "?cursor=", "?cursor=abc", "?cursor=-1"] {
                #expect(try await scene.ask("GET", "/v1/uploads\(query)").status == 400, "\(query)")
            }
        }
    }

    @Test func `an upload on its way is not swept, however long it takes, and goes a day after its last byte`()
        async throws
    {
        let accounts = try AccountScene()
        let storage = try LocalStorage(accounts.directory("objects"))
        let service = UploadService(store: accounts.store, storage: storage, usualLimits: AccountLimits(), freeBytes: 0)
        let sweep = Sweep(store: accounts.store, storage: storage, locks: service.locks)
        let order = UploadOrder(bytes: 4, sha256: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a")
        let noon = AccountScene.noon
        let id = try await service.ticket(order, for: AccountScene.holder(), at: noon).standing.upload.id
        var stream = try await service.receive(id, size: 4, from: nil, count: 4)
        for (hour, byte) in [(0, 1), (20, 2), (40, 3)] {
            try await stream.write(.init(bytes: [UInt8(byte)]), at: noon + .seconds(hour * 3600))
        }
        // The next PUT goes on where that one was cut.
        #expect(try await sweep.run(at: noon + .seconds(60 * 3600)) == Sweep.Report())
        stream = try await service.receive(id, size: 4, from: 3, count: 1)
        try await stream.write(.init(bytes: [4]), at: noon + .seconds(60 * 3600))
        try await stream.finish()
        #expect(try await service.find(id, of: AccountScene.holder()).upload.expiresAt == noon + .seconds(84 * 3600))
        #expect(try await service.complete(id, of: AccountScene.holder()).upload.state == .complete)
        #expect(try await sweep.run(at: noon + .seconds(84 * 3600 - 1)) == Sweep.Report())
        #expect(try await sweep.run(at: noon + .seconds(84 * 3600)).uploads == 1)
    }

    @Test func `who sends an upload that is removed meanwhile is told so, and it is no fault of the service`()
        async throws
    {
        let accounts = try AccountScene()
        let storage = try LocalStorage(accounts.directory("objects"))
        let service = UploadService(store: accounts.store, storage: storage, usualLimits: AccountLimits(), freeBytes: 0)
        let order = UploadOrder(bytes: 4, sha256: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a")
        let id = try await service.ticket(order, for: AccountScene.holder(), at: AccountScene.noon).standing.upload.id
        var stream = try await service.receive(id, size: 4, from: nil, count: 4)
        try await stream.write(.init(bytes: [1, 2, 3, 4]))
        try await service.remove(id, of: AccountScene.holder())
        let refusal = await #expect(throws: APIError.self) { try await stream.finish() }
        #expect(refusal?.problem.code == "upload.superseded")
    }

    @Test func `of two that send the same upload at once the later goes on, and the earlier is refused`() async throws {
        let accounts = try AccountScene()
        let storage = try LocalStorage(accounts.directory("objects"))
        let service = UploadService(store: accounts.store, storage: storage, usualLimits: AccountLimits(), freeBytes: 0)
        let order = UploadOrder(bytes: 4, sha256: "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a")
        let ada = AccountScene.holder()
        let (ticket, _) = try await service.ticket(order, for: ada, at: AccountScene.noon)
        let id = ticket.upload.id
        var first = try await service.receive(id, size: 4, from: nil, count: 4)
        try await first.write(.init(bytes: [9, 9]))
        var second = try await service.receive(id, size: 4, from: nil, count: 4)
        let refusal = await #expect(throws: APIError.self) { try await first.write(.init(bytes: [9])) }
        #expect(refusal?.problem.code == "upload.superseded")
        try await second.write(.init(bytes: [1, 2, 3, 4]))
        try await second.finish()
        #expect(try await service.complete(id, of: ada).upload.state == .complete)
        // Nobody writes to what was checked.
        await #expect(throws: APIError.self) { try await second.write(.init(bytes: [5])) }
        #expect(try await service.find(id, of: ada).offset == 4)
    }
}
