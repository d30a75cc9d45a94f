// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import BackendKit
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Daemon and service over TLS speak HTTP/2.
@Suite(.timeLimit(.minutes(2)))
struct ServiceHTTP2Tests {
    @Test func `an upload and its stems, some megabytes each, pass unchanged over HTTP/2`() async throws {
        try await LiveService.run(NoiseCompute()) { service in
            let health = try ServiceURL(service.url).appending("/v1/health")
            var request = HTTPRequest(.get, health)
            request.caFile = service.authority
            #expect(try await HTTPClient.send(request).isHTTP2)

            let bench = try BackendBench(service)
            let backend = try bench.backend()
            let track = try bench.track(Array("Song.wav".utf8), AudioFixture(.wav16, .noise(seed: 1), seconds: 30))
            let job = try await bench.submit(track, to: backend)
            guard case .done(let stems) = try await bench.end(of: job, at: backend) else {
                Issue.record("not done")
                return
            }
            // All at once, over one shared connection.
            try await withThrowingTaskGroup { group in
                for stem in stems {
                    group.addTask {
                        try await backend.fetch(stem, of: job, into: bench.directory("fetched-\(stem.name)"))
                    }
                }
                try await group.waitForAll()
            }
            for stem in stems {
                let made = NoiseCompute.sound(of: stem.name, track.facts.duration).write(to: bench.directory("made"))
                #expect(try bench.directory("fetched-\(stem.name)").bytes() == made.bytes())
            }
            try await backend.release(job)
            #expect(try await service.charges() == [track.facts.duration.milliseconds])
            #expect(try await service.held() == 0)
        }
    }
}
