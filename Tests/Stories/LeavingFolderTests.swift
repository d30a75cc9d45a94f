// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import SystemPackage
import TestKit
import Testing

/// Jobs of folders that leave the configuration.
@Suite(.timeLimit(.minutes(5))) struct LeavingFolderTests {
    @Test func `jobs of a folder that left the configuration are held, and continue when it is back`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        let configuration = try folder.configuration.bytes()
        try await withDaemon(folder.configuration) { daemon in
            try await folder.order("pause", "inbox")
            try folder.drop("song.wav")
            await folder.happens("found")
            try await folder.shell("mkdir other; sed -i s/inbox,/other,/ stemwatch.yaml")
            daemon.send(SIGHUP)
            try await daemon.line(with: "held", "path=song.wav")
            #expect(try await folder.job("song.wav")["code"] == "folder.unknown")
            try folder.configuration.write(configuration)
            daemon.send(SIGHUP)
            try await daemon.line(with: "folder inbox: new")
            try await folder.order("resume", "inbox")
            await folder.happens("separating")
            try await folder.shell("echo good >go")
            try await daemon.line(with: "delivered", "path=song.wav")
        }
    }

    @Test func `a job that waits for a person still waits after its folder was removed and added`() async throws {
        let folder = try BilledFolder(existing: "hold")
        try await folder.prepare()
        let configuration = try folder.configuration.bytes()
        try folder.drop("old.wav")
        try await withDaemon(folder.configuration) { daemon in
            try await daemon.line(with: "held", "path=old.wav")
            try await folder.shell("mkdir other; sed -i s/inbox,/other,/ stemwatch.yaml")
            daemon.send(SIGHUP)
            try await daemon.line(with: "folder other: new")
            try folder.configuration.write(configuration)
            daemon.send(SIGHUP)
            try await daemon.line(with: "folder inbox: new")
            try folder.drop("new.wav", seed: 2)
            await folder.happens("separating")
            #expect(try await folder.job("old.wav")["code"] == "source.existed")
            #expect(try folder.submissions() == 1)
        }
    }

    @Test func `nothing is paid twice when a folder gets another name`() async throws {
        let folder = try BilledFolder()
        try await folder.prepare()
        let configuration = try folder.configuration.bytes()
        try await withDaemon(folder.configuration) { daemon in
            try folder.drop("song.wav")
            await folder.happens("separating")
            daemon.send(SIGKILL)
            // The backend outlives it.
            try await folder.shell("echo good >go")
        }
        try await folder.shell("sed -i 's/settle:/name: renamed, settle:/' stemwatch.yaml")
        try await withDaemon(folder.configuration) { daemon in
            try await daemon.line(with: "held", "folder=renamed", "path=song.wav")
            #expect(try await folder.job("song.wav")["code"] == "duplicate.waits")
            try folder.configuration.write(configuration)
            daemon.send(SIGHUP)
            try await daemon.line(with: "delivered", "folder=inbox", "path=song.wav")
        }
        #expect(try folder.submissions() == 1)
    }
}
