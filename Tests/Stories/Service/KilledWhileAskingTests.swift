// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// `kill -9` of the daemon while it waits for a response, in each place where it does.
@Suite(.timeLimit(.minutes(5))) struct KilledWhileAskingTests {
    @Test(arguments: [
        "GET /v1/minutes", "GET /v1/jobs", "POST /v1/uploads", "PUT /v1/objects/uploads/", "/complete", "POST /v1/jobs",
        "GET /v1/jobs/", "GET /v1/objects/stems/", "DELETE /v1/jobs/",
    ])
    func `the next daemon continues from there, and the song is paid once`(place: String) async throws {
        let folder = try ServiceFolder()
        try await folder.signIn()
        @Sendable func isThere(_ line: String) -> Bool {
            place.hasSuffix("/")
                ? line.hasPrefix(place) : line == place || (place == "/complete" && line.hasSuffix(place))
        }
        // Handled, and the response never comes.
        folder.service.web.plan(.stallAnswer(afterBody: 0)) { isThere("\($0.method) \($0.path)") }
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("Song.wav")
            #expect(await folder.service.web.log.first(where: isThere) != nil)
            daemon.send(SIGKILL)
            await daemon.log.over()
        }
        try await withDaemon(folder.configuration) { daemon in
            // Delivered before the kill, it is only released.
            if place.hasPrefix("DELETE") {
                #expect(await folder.service.web.log.line(2, where: isThere) != nil)
            } else {
                try await daemon.line(with: "delivered", "Song.wav")
                #expect(await folder.service.web.log.first(where: { $0.hasPrefix("DELETE /v1/jobs/") }) != nil)
            }
        }
        #expect(folder.service.submissions == 1)
        #expect(folder.service.charges == [500])
        #expect(folder.service.violations == [])
        #expect(try DirectoryListing.entries(of: folder.stems.appending("Song")).count == 5)
        let state = try DirectoryListing.entries(of: folder.home("state")).map(\.name.string)
        let ledger = String(decoding: try folder.home("state").appending("ledger.jsonl").bytes(), as: UTF8.self)
        #expect(state.contains("tokens") && !ledger.contains("slm_"))
    }
}
