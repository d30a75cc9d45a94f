// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import TestKit
import Testing

@Suite(.timeLimit(.minutes(3))) struct LastMinutesTests {
    @Test func `songs that the balance does not cover together are not sent together`() async throws {
        let own = try OwnService(slots: 4)
        // 1.2 seconds: enough for any two of them, but not for three.
        try await own.open(minutes: 0.02)
        let tail = try LedgerTail(own.state)
        let end = try await withService(own.serviceConfiguration) { _ in
            try await own.signIn()
            for number in 0..<5 { try own.drop(song: number, as: "Song \(number).wav") }
            try await withDaemon(own.configuration) { _ in
                var released = 0
                for number in 0..<5 {
                    let end = try await tail.first(
                        of: ["held", "released"], folder: "inbox", path: "Song \(number).wav")
                    released += end.event == "released" ? 1 : 0
                }
                #expect(released == 2)
                let balance = try await own.balance()
                #expect(balance.reserved == 0 && balance.available < 700)
                #expect(try own.objects() == [], "sent, and of no use there")
            }
        }
        let made = end.log.filter { $0.contains("createJob") }
        #expect(made.count == 2 && made.allSatisfy { $0.contains("status=201") }, "\(made)")
    }
}
