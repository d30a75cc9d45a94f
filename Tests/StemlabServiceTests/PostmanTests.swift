// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemlabService

@Suite struct PostmanTests {
    @Test func `a mail that was sent before a crash is the same file after it`() async throws {
        let scene = try AccountsScene()
        try await scene.accounts.desk.signUp("ada@example.com", Secret("0123456789"), at: .now)
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
        try await scene.accounts.desk.signUp("ada@example.com", Secret("0123456789"), at: now)
        var waits: [Int] = []
        while let next = try await scene.postman.step(at: now) {
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

    @Test func `a mail that waited is sent when that is possible again`() async throws {
        let scene = try AccountsScene()
        try DurableFiles.replace(scene.directory("outbox"), with: [])
        try await scene.accounts.desk.signUp("ada@example.com", Secret("0123456789"), at: .now)
        let next = try #require(try await scene.postman.step(at: .now))
        try await BlockingPool.shared.run { () throws(Failure) in try DurableFiles.removeTree(scene.directory("outbox"))
        }
        #expect(try await scene.postman.step(at: next) == nil)
        #expect(try await scene.mails().count == 1)
    }
}
