// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite struct MailSenderTests {
    @Test func `a mail that was sent before a crash is the same file after it`() async throws {
        let scene = try AccountsScene()
        try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: .now)
        let first = try await scene.mails()
        // As if the process had died before it noted that.
        try await scene.change("UPDATE mail SET state = 'waiting', text = 'again'")
        #expect(try await scene.mails().count == first.count && first.count == 1)
    }

    @Test func `a mail that cannot be sent waits longer each time, and is given up after 23 hours`() async throws {
        let scene = try AccountsScene()
        // A file where the folder should be.
        try DurableFiles.replace(scene.directory("outbox"), with: [])
        var now = WallTime.now
        let start = now
        try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: now)
        var waits: [Int] = []
        while let next = try await scene.mailSender.step(at: now) {
            waits.append(Int(next.since(now).components.seconds))
            now = next
        }
        #expect(waits.prefix(7) == [60, 120, 240, 480, 960, 1920, 3600])
        #expect(now < start.advanced(by: .seconds(23 * 3600)))
        let (state, text) = try await scene.store.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT state, text FROM mail")
            return (row?["state"] as String?, row?["text"] as String?)
        }
        #expect(state == "given_up" && text == nil)
    }

    private func files(_ scene: AccountsScene) throws -> [String] {
        try DirectoryListing.entries(of: scene.directory("outbox")).map(\.name.string).sorted()
    }

    @Test func `erasing an account takes its mails out of the outbox, and nobody else's`() async throws {
        let scene = try AccountsScene()
        let (ada, service) = (try await scene.add(), scene.accounts.service)
        try await service.forgotPassword("ada@example.com", at: .now)
        // Somebody else's attempt to sign up with the address is a mail to it too.
        try await service.signUp("ada@example.com", Secret("0123456789"), at: .now)
        #expect(try await scene.mails().count == 2)
        try await service.signUp("eve@example.com", Secret("0123456789"), at: .now)
        let before = try await scene.mails()
        #expect(before.count == 3)
        try await service.erase(ada)
        #expect(try await scene.mails() == before.filter { $0.contains("To: eve@example.com") })
    }

    /// Writes a mail only after its account was erased.
    private struct Straggler: MailTransport {
        let outbox: Outbox
        let erase: @Sendable () async throws -> Void
        func deliver(_ mail: QueuedMail) async throws(Failure) {
            await #expect(throws: Never.self) { try await erase() }
            try await outbox.deliver(mail)
        }
        func takeBack(_ mails: [String]) async throws(Failure) { try await outbox.takeBack(mails) }
    }

    @Test func `a mail that is written while its account is erased does not stay`() async throws {
        let scene = try AccountsScene()
        let ada = try await scene.add()
        let service = scene.accounts.service
        try await service.forgotPassword("ada@example.com", at: .now)
        let straggler = Straggler(outbox: scene.outbox) { try await service.erase(ada) }
        _ = try await MailSender(scene.store, straggler, log: scene.log.logger).step(at: .now)
        #expect(try files(scene).isEmpty)
    }

    @Test func `a file stays in the outbox for a week, and what is no mail of ours for ever`() async throws {
        let scene = try AccountsScene()
        try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: .now)
        _ = try await scene.mails()
        for name in ["notes.txt", "eml_.eml"] {
            try DurableFiles.replace(scene.directory("outbox").appending(name), with: [])
        }
        let now = WallTime.now
        try await AccountSweep.run(scene.store, scene.outbox, at: now.advanced(by: .seconds(7 * 86_400 - 60)))
        #expect(try files(scene).count == 3)
        try await AccountSweep.run(scene.store, scene.outbox, at: now.advanced(by: .seconds(7 * 86_400 + 60)))
        #expect(try files(scene) == ["eml_.eml", "notes.txt"])
    }

    /// Says when it has been asked to take a mail.
    private struct Bell: MailTransport {
        let rung: AsyncStream<Void>.Continuation
        func deliver(_ mail: QueuedMail) async throws(Failure) { rung.yield() }
        func takeBack(_ mails: [String]) async throws(Failure) {}
    }

    @Test(.timeLimit(.minutes(1))) func `nobody can tell from when the mailSender goes whether there was a mail`()
        async throws
    {
        let (rings, rung) = AsyncStream.makeStream(of: Void.self)
        let latch = Latch()
        let scene = try AccountsScene(transport: Bell(rung: rung), linger: { try await latch.pass() })
        try await scene.add()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await scene.mailSender.run() }
            await latch.arrival()
            await #expect(throws: Never.self) {
                try await scene.accounts.service.forgotPassword("ada@example.com", at: .now)
                #expect(try await scene.store.read { try MailQueue.due(at: .now, limit: 10, in: $0).count } == 1)
            }
            latch.open()
            for await _ in rings { break }
            group.cancelAll()
        }
    }

    @Test func `a mail that waited is sent when that is possible again`() async throws {
        let scene = try AccountsScene()
        try DurableFiles.replace(scene.directory("outbox"), with: [])
        try await scene.accounts.service.signUp("ada@example.com", Secret("0123456789"), at: .now)
        let next = try #require(try await scene.mailSender.step(at: .now))
        try await BlockingPool.shared.run { () throws(Failure) in try DurableFiles.removeTree(scene.directory("outbox"))
        }
        #expect(try await scene.mailSender.step(at: next) == nil)
        #expect(try await scene.mails().count == 1)
    }
}
