// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A state directory that is not what it was.
@Suite(.timeLimit(.minutes(5))) struct LedgerLossCheckTests {
    @Test func `a daemon that lost its ledger pays for nothing again, unless told to begin anew`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await folder.shell("mkdir inbox/album")
        try await withDaemon(folder.configuration) { daemon in
            try await daemon.line(with: "a new ledger begins")
            try folder.drop("album/song.wav")
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=album/song.wav")
        }
        // As a disk that is not mounted leaves it.
        try await folder.shell("rm -r state; mkdir state")
        let end = try await withDaemon(folder.configuration, awaitReady: false) { await $0.log.over() }
        #expect(end.status == .exited(1))
        let told = end.log.joined(separator: "\n")
        #expect(told.contains("there is no ledger") && told.contains("inbox-stems/album/song"), "\(told)")
        #expect(told.contains("code=ledger.lost") && told.contains("touch '"), "\(told)")
        #expect(try folder.submissions() == 1)

        try await folder.shell("touch state/ledger.jsonl")
        try await withDaemon(folder.configuration) { daemon in try await daemon.line(with: "ready") }
    }
}
