// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// What every kind of backend must do.
@Suite(.timeLimit(.minutes(5)))
struct BackendBehaviourTests {
    @Test(arguments: Subject.allCases)
    func `a track goes in, its stems come out, and nothing is left`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let backend = try bench.backend()
            let track = try bench.track()
            let job = try await bench.submit(track, to: backend)
            guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            #expect(stems.map(\.name) == StemName.standard)
            for stem in stems {
                let file = bench.directory("fetched-\(stem.name)")
                try await backend.fetch(stem, of: job, into: file)
                #expect(try AudioReader(file).expectedFrames() == track.facts.frames)
            }
            #expect(try FileIdentity.at(track.source) == track.identity)

            try await backend.release(job)
            guard case .gone = try await backend.status(of: job) else {
                Issue.record("still there after its release")
                return
            }
            try await backend.release(job)
            #expect(try DirectoryListing.entries(of: bench.workArea.path).isEmpty)
            if let service = bench.service {
                #expect(service.jobs + service.uploads == 0)
                #expect(service.charges == [track.facts.duration.milliseconds])
                #expect(service.violations == [])
            }
            if let account = bench.account {
                #expect(try await account.held() == 0)
                #expect(try await account.charges() == [track.facts.duration.milliseconds])
                #expect(try await account.reserved() == 0)
            }
        }
    }

    @Test(arguments: Subject.allCases)
    func `submitting again from any checkpoint finds the same work`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let track = try bench.track()
            let job = try await bench.submit(track, to: try bench.backend())
            let saved = bench.saved
            for checkpoint in [nil] + saved.map(Optional.some) {
                // As after a crash: a daemon that remembers nothing but the checkpoint.
                let again = try bench.backend()
                #expect(try await bench.submit(track, to: again, from: checkpoint) == job)
                guard case .done = try await bench.end(of: job, at: again) else {
                    Issue.record("not done")
                    return
                }
            }
            #expect(bench.saved == saved, "a step was taken twice")
            if kind != .builtin { #expect(try await bench.starts() == 1) }
            try await bench.backend().release(job)
        }
    }

    @Test(arguments: Subject.allCases)
    func `nothing runs before its checkpoint is saved, nor when it cannot be`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let backend = try bench.backend()
            let track = try bench.track()
            let full = Failure(.ledgerFull, "no space left", remedy: .hold(until: .surroundings))
            await #expect(throws: full) {
                _ = try await backend.submit(track, from: nil) { (_: Checkpoint) throws(Failure) in
                    throw full
                } telling: { _ in
                }
            }
            #expect(try FileStatus.at(bench.work(of: track).appending("started")) == nil)
            #expect(try await bench.starts() == 0)

            let job = try await bench.submit(track, to: backend)
            guard case .done = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            try await backend.release(job)
        }
    }

    @Test(arguments: Subject.allCases)
    func `the reported progress of a transfer only rises, from nothing to the whole`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let backend = try bench.backend()
            var logs = [ShareLog()]
            let job = try await bench.submit(try bench.track(), to: backend, telling: logs[0])
            guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            for stem in stems {
                logs.append(ShareLog())
                let file = bench.directory("fetched-\(stem.name)")
                try await backend.fetch(stem, of: job, into: file, telling: logs.last)
            }
            for shares in logs.map(\.shares) {
                #expect(shares.allSatisfy { (0...1).contains($0) })
                #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
                if bench.service != nil || bench.account != nil { #expect(shares.first == 0 && shares.last == 1) }
            }
            try await backend.release(job)
        }
    }

    @Test(arguments: Subject.allCases)
    func `a source that changed since it was examined is not separated`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let track = try bench.track()
            try track.source.append([0])
            let failure = await #expect(throws: Failure.self) { try await bench.submit(track, to: try bench.backend()) }
            #expect(failure?.code == .sourceChanged)
            try DurableFiles.removeTree(track.source)
            let gone = await #expect(throws: Failure.self) { try await bench.submit(track, to: try bench.backend()) }
            #expect(gone?.code == .sourceGone)
            #expect(bench.saved.isEmpty)
        }
    }

    @Test(arguments: Subject.allCases)
    func `unknown work is gone, and can be released`(_ kind: Subject) async throws {
        try await kind.with { bench in
            let backend = try bench.backend()
            for handle in ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "../../etc", ""] {
                let job = RemoteJob(handle: handle)
                guard case .gone = try await backend.status(of: job) else {
                    Issue.record("\(handle) is known")
                    return
                }
                try await backend.release(job)
            }
        }
    }

    /// Names are bytes, and may look like options, paths or commands.
    @Test(arguments: [
        "-rf.wav", ".hidden.wav", "a\nb.wav", "$(touch x).wav", "{input}.wav", "ab\u{FF}.wav", "no extension",
    ])
    func `a file with a hostile name is separated`(_ name: String) async throws {
        // Latin-1: the name with U+00FF is not UTF-8.
        let bytes = name.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        for kind in Subject.allCases {
            try await kind.with { bench in
                let backend = try bench.backend()
                let job = try await bench.submit(try bench.track(bytes), to: backend)
                guard case .done = try await bench.end(of: job, at: backend) else {
                    Issue.record("not done")
                    return
                }
                try await backend.release(job)
            }
        }
    }
}
