// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Files in `<state_dir>/transfers` when a daemon starts.
@Suite(.timeLimit(.minutes(2))) struct LeftoverTransfersTests {
    @Test func `the partial stem of a live job is continued, and files of no live job are removed`()
        async throws
    {
        let folder = try ServiceFolder(retry: "{first: 1h, ceiling: 1h}")
        try await folder.signIn()
        func isStem(_ request: WebDouble.Request) -> Bool { request.path.hasPrefix("/v1/objects/stems/") }
        folder.service.web.plan(.truncate(afterBody: 20_000)) { $0.path.hasPrefix("/v1/objects/stems/") }
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("Song.wav")
            try await daemon.line(with: "returning, tried again by itself", "Song.wav")
        }
        let transfers = folder.home("state").appending("transfers")
        @Sendable func parts() throws -> [String] {
            try DirectoryListing.entries(of: transfers).map(\.name.string).sorted()
        }
        let live = try #require(try parts().first)
        #expect(try transfers.appending(live).bytes().count == 20_000)
        let ended = "job_" + String(repeating: "7", count: 26) + "-vocals.part"
        try transfers.appending(ended).write("of a job that is over")

        let job = String(try await folder.run("jobs").output.prefix(26))
        try await withDaemon(folder.configuration) { daemon in
            #expect(try parts() == [live])
            #expect(try await folder.run("retry", job).status.isSuccess)
            try await daemon.line(with: "delivered", "Song.wav")
        }
        let ranges = folder.service.web.requests.filter(isStem).map { $0.headers["range"] }
        #expect(ranges == [nil, "bytes=20000-", nil, nil, nil])
        #expect(try parts() == [])
        #expect(folder.service.violations == [])
    }
}
