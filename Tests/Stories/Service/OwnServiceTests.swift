// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Both programs together, as when a studio hosts its own service.
@Suite(.timeLimit(.minutes(5))) struct OwnServiceTests {
    @Test func `ten songs are delivered for exactly their length, and cost nothing under other names`() async throws {
        let own = try OwnService()
        try await own.open(minutes: 1)
        let tail = try LedgerTail(own.state)
        let numbers = 0..<10
        let length = numbers.map(OwnService.milliseconds(ofSong:)).reduce(0, +)
        let end = try await withService(own.serviceConfiguration) { _ in
            try await own.signIn()
            try await withDaemon(own.configuration) { _ in
                for number in numbers { try own.drop(song: number, as: "Song \(number).wav") }
                for number in numbers {
                    try await tail.event("released", folder: "inbox", path: "Song \(number).wav")
                }
                let paid = OwnService.Balance(available: 60_000 - length, reserved: 0, spent: length)
                #expect(try await own.balance() == paid)
                #expect(try own.objects() == [], "released, and still held by the service")

                for number in numbers { try own.drop(song: number, as: "Again \(number).wav") }
                for number in numbers {
                    try await tail.event("released", folder: "inbox", path: "Again \(number).wav")
                }
                #expect(try await own.balance() == paid)
            }
        }
        #expect(end.status == .exited(0))
        for number in numbers {
            let song = try own.manifest(of: "Song \(number)")
            #expect(song["minutes_ms"]?.int == OwnService.milliseconds(ofSong: number))
            #expect(song["backend_kind"]?.string == "stemlab")
            #expect(try own.manifest(of: "Again \(number)")["minutes_ms"]?.int == 0)
            for name in ["Song \(number)", "Again \(number)"] {
                #expect(try await own.digestsMatch(of: name), "\(name)")
            }
        }
    }

    @Test func `SIGHUP changes nothing and is logged; SIGTERM stops the service`() async throws {
        let own = try OwnService()
        let end = try await withService(own.serviceConfiguration) { service in
            service.send(SIGHUP)
            try await service.line(with: "SIGHUP changes nothing")
            try await own.open(minutes: 1)
            try await own.signIn()
        }
        #expect(end.status == .exited(0))
    }

    @Test func `a song that Demucs separated for the service is delivered, for exactly its length`() async throws {
        let place = TemporaryDirectory()
        let program = try await DemucsDouble.make(in: place.path)
        let own = try OwnService(separation: ", compute: demucs, demucs: {program: \(program), model: good}")
        try await own.open(minutes: 1)
        let tail = try LedgerTail(own.state)
        try await withService(own.serviceConfiguration) { _ in
            try await own.signIn()
            try await withDaemon(own.configuration) { _ in
                try own.drop(song: 0, as: "Song.wav")
                try await tail.event("released", folder: "inbox", path: "Song.wav")
            }
        }
        #expect(try await own.digestsMatch(of: "Song"))
        // The service's value, not that of the daemon's configuration.
        #expect(try own.manifest(of: "Song")["model"]?.string == "good")
        #expect(try await own.balance().spent == OwnService.milliseconds(ofSong: 0))
    }

    @Test func `a service without its Demucs does not start, and check gives the reason`() async throws {
        let own = try OwnService(separation: ", compute: demucs, demucs: {program: /nonexistent/demucs}")
        for command in ["check", "serve"] {
            let outcome = try await StoryProgram.run(
                [command, "--config", own.serviceConfiguration.string], of: StoryProgram.service)
            #expect(outcome.status == .exited(3))
            #expect(outcome.errors.contains("separation.demucs.program: /nonexistent/demucs is not there"))
        }
    }
}
