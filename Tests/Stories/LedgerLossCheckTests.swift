// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A state directory that lost its ledger.
@Suite(.timeLimit(.minutes(5))) struct LedgerLossCheckTests {
    @Test func `a daemon that lost its ledger pays for nothing again, unless ordered to start afresh`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await folder.shell("mkdir inbox/album")
        try await withDaemon(folder.configuration) { daemon in
            try await daemon.line(with: "a new ledger begins")
            try folder.drop("album/song.wav")
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=album/song.wav")
        }
        // The state when its disk is not mounted.
        try await folder.shell("rm -r state; mkdir state")
        let end = try await withDaemon(folder.configuration, awaitReady: false) { await $0.log.over() }
        #expect(end.status == .exited(1))
        let logged = end.log.joined(separator: "\n")
        #expect(logged.contains("there is no ledger") && logged.contains("inbox-stems/album/song"), "\(logged)")
        #expect(logged.contains("code=ledger.lost") && logged.contains("touch '"), "\(logged)")
        #expect(try folder.submissions() == 1)

        try await folder.shell("touch state/ledger.jsonl")
        try await withDaemon(folder.configuration) { daemon in try await daemon.line(with: "ready") }
    }
}
