// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// Jobs that are ended on purpose, and those that wait for them.
@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    @Test func `a cancelled job that cost money stays paid, and its audio is not paid for again`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            try await folder.order("cancel", folder.job("song.wav")["job"]?.string ?? "")
            #expect(try await folder.job("song.wav")["state"] == "cancelled")
            await folder.happens("released")
            let job = try await folder.job("song.wav")
            #expect(job["state"] == "cancelled")
            #expect(job["charged_ms"] == 1000)
            try folder.drop("again.wav")
            try await daemon.line(with: "held", "path=again.wav")
            #expect(try await folder.job("again.wav")["code"] == "duplicate.stems_missing")
            #expect(try folder.submissions() == 1)
        }
    }

    @Test func `when a daemon is killed after a cancellation, the next one does the remote cleanup`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            daemon.send(SIGKILL)
            // The backend outlives it.
            try await folder.shell("echo bad >go")
        }
        let id = try await folder.job("song.wav")["job"]?.string ?? ""
        // The state after a kill between the decision and the act.
        try folder.home("state").appending("ledger.jsonl").append(
            Array(
                """
                {"at":"2026-11-25T08:00:00.000Z","event":"cancelled","failure":{"code":"job.cancelled","message":"called \
                off","remedy":"reject"},"job":"\(id)","seq":1000,"v":1}

                """.utf8))
        try await withDaemon(folder.configuration) { _ in
            await folder.happens("released")
            let job = try await folder.job("song.wav")
            #expect(job["state"] == "cancelled")
        }
        #expect(try FileStatus.at(folder.home("state").appending("work").appending(id)) == nil)
        #expect(try folder.submissions() == 1)
    }

    @Test func `a cancelled job that a person resumes is paid for again`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            let id = try await folder.job("song.wav")["job"]?.string ?? ""
            try await folder.order("cancel", id)
            await folder.happens("released")
            try await folder.order("retry", id)
            await folder.happens("separating", count: 2)
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=song.wav")
            #expect(try await folder.job("song.wav")["charged_ms"] == 2000)
            #expect(try folder.submissions() == 2)
        }
    }

    @Test func `a job that a person resumes is started again by the next daemon too, once`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            let id = try await folder.job("song.wav")["job"]?.string ?? ""
            try await folder.order("cancel", id)
            await folder.happens("released")
            try await folder.order("pause", "inbox")
            try await folder.order("retry", id)
        }
        try await withDaemon(folder.configuration) { daemon in
            try await folder.order("resume", "inbox")
            await folder.happens("separating", count: 2)
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=song.wav")
        }
        #expect(folder.ledger.lines.lines.count { $0.contains("\"event\":\"submitting\"") } == 2)
        #expect(try folder.submissions() == 2)
    }

    @Test func `missing stems are not offered, and serve every name once they are delivered`()
        async throws
    {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            let id = try await folder.job("song.wav")["job"]?.string ?? ""
            try await folder.order("cancel", id)
            await folder.happens("released")
            try folder.drop("again.wav")
            try await daemon.line(with: "held", "path=again.wav")
            let held = try await folder.job("again.wav")
            let again = try #require(held["job"]?.string)
            #expect(held["hint"] == .string("pay for 0:01.000 again with: stemwatch retry \(again)"))
            try await folder.order("retry", id)
            await folder.happens("separating", count: 2)
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=song.wav")
            try await daemon.line(with: "delivered", "path=again.wav")
            #expect(try folder.submissions() == 2)
        }
    }

    @Test func `stems that are put back are taken before anything is paid again`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            try await folder.shell("echo good >go")
            await folder.happens("released")
            try await folder.shell("mv inbox-stems/song away")
            try folder.drop("again.wav")
            try await daemon.line(with: "held", "path=again.wav")
            try await folder.shell("mv away inbox-stems/song")
            try await folder.order("retry", folder.job("again.wav")["job"]?.string ?? "")
            try await daemon.line(with: "delivered", "path=again.wav")
            #expect(try folder.submissions() == 1)
            try await folder.shell("rm -r inbox-stems/song inbox-stems/again")
            try folder.drop("third.wav")
            try await daemon.line(with: "held", "path=third.wav")
            try folder.drop("fourth.wav")
            try await daemon.line(with: "held", "path=fourth.wav")
            try await folder.order("retry", folder.job("third.wav")["job"]?.string ?? "")
            await folder.happens("separating", count: 2)
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=third.wav")
            try await daemon.line(with: "delivered", "path=fourth.wav")
            #expect(try folder.submissions() == 2)
        }
    }

    @Test func `a song that is touched, or whose folder is renamed, keeps its stems`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { _ in
            try folder.drop("song.wav")
            await folder.happens("separating")
            try await folder.shell("echo good >go")
            await folder.happens("released")
            try await folder.shell("touch -d '2020-01-01' inbox/song.wav")
            await folder.happens("released", count: 2)
        }
        let first = try await folder.shown("ls -i inbox-stems inbox-stems/*")
        try await folder.shell("sed -i 's|{path:|{name: other, path:|' stemwatch.yaml")
        try await withDaemon(folder.configuration) { _ in await folder.happens("released", count: 3) }
        #expect(try await folder.shown("ls -i inbox-stems inbox-stems/*") == first)
        #expect(try await folder.shown("ls inbox-stems") == "song\n")
        try await withDaemon(folder.configuration) { _ in
            // Another track, of the same audio: a folder of its own.
            try folder.drop("song.wave")
            await folder.happens("released", count: 4)
            // Stems that are no longer complete are not used for any song.
            try await folder.shell("echo more >>inbox-stems/song/vocals.wav; touch inbox/song.wav")
            await folder.happens("released", count: 5)
        }
        #expect(try await folder.shown("ls inbox-stems") == "song\nsong (2)\nsong (3)\n")
        #expect(try folder.submissions() == 1)
    }

    @Test func `stems that are put back while no daemon runs are found by the next`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            try await folder.shell("echo good >go")
            await folder.happens("released")
            try await folder.shell("mv inbox-stems/song away")
            try folder.drop("again.wav")
            try await daemon.line(with: "held", "path=again.wav")
        }
        try await folder.shell("mv away inbox-stems/song")
        try await withDaemon(folder.configuration) { daemon in
            try await daemon.line(with: "delivered", "path=again.wav")
        }
        #expect(try folder.submissions() == 1)
    }

    @Test func `a duplicate of a job that waits for a person reports that, and continues afterwards`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            try folder.drop("again.wav")
            await folder.happens("queued", count: 2)
            try await folder.shell("echo bad >go")
            try await daemon.line(with: "held", "path=song.wav")
            try await daemon.line(with: "held", "path=again.wav")
            #expect(try await folder.job("again.wav")["code"] == "duplicate.waits")
            try folder.drop("third.wav")
            try await daemon.line(with: "held", "path=third.wav")
            #expect(try folder.submissions() == 1)
            try await folder.order("retry", folder.job("song.wav")["job"]?.string ?? "")
            await folder.happens("separating", count: 2)
            try await folder.shell("echo good >go")
            for name in ["song.wav", "again.wav", "third.wav"] {
                try await daemon.line(with: "delivered", "path=\(name)")
            }
            #expect(try folder.submissions() == 2)
        }
    }
}
