// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import TestKit
import Testing

@testable import StemwatchDaemon

/// Every fault between daemon and service, once in each place, with the service itself. By the service's own records
/// one job is made and paid, and the song is delivered once, as it was separated.
@Suite(.timeLimit(.minutes(5)))
struct ServiceFaultTests {
    @Test(arguments: ServiceFault.table)
    func `a song is delivered once, and charged once by the service's records, after every single fault`(
        place: ServiceFault.Place, trouble: ServiceFault.Trouble
    ) async throws {
        try await ProxiedFolder.run { proxy in
            proxy.web.plan(trouble.fault) { place.fits($0) }
        } _: { folder in
            if trouble == .refuse {
                try await folder.until("deferred")
                folder.proxy.web.listenAgain()
            }
            try await folder.until("released")
            #expect(folder.proxy.web.isThrough, "it did not happen")
            let reasons = try folder.reasons()
            #expect(Set(reasons).isSubset(of: trouble.reasons), "\(reasons)")
            #expect(!reasons.isEmpty || trouble.mayPassUnnoticed)

            let submitted = try folder.entries("submitted")
            #expect(submitted.count == 1)
            #expect(try await folder.service.jobs() == submitted.compactMap { $0["handle"]?.string })
            #expect(try await folder.service.charges() == [ProxiedFolder.length.milliseconds])
            #expect(try await folder.service.reserved() == 0)
            // A deletion whose response was not awaited may still be in progress.
            while try await folder.service.held() > 0 { await Task.yield() }
            let job = try #require(submitted.first?["job"]?.string)
            let keys = try await folder.service.deletedKeys()
            #expect(keys.count == 1 && keys[0].hasPrefix("\(job)."))
            #expect(try folder.entries("delivered").count == 1)
            #expect(try folder.stems() == folder.made())
        }
    }

    @Test(arguments: [
        (ServiceFault.Place.create, ServiceFault.Trouble.error500), (.create, .loseAnswer), (.create, .reset),
        (.put, .reset), (.complete, .error500), (.read, .truncate), (.download, .corrupt), (.download, .truncate),
    ])
    func `a permanent fault ends as failed, with its reason, and is charged at most once`(
        place: ServiceFault.Place, trouble: ServiceFault.Trouble
    ) async throws {
        try await ProxiedFolder.run(giveUpAfter: .zero) { proxy in
            proxy.web.plan(trouble.fault, times: .max) { place.fits($0) }
        } _: { folder in
            try await folder.until("failed")
            let reasons = try folder.reasons()
            // On a busy machine a second may pass without a byte, beside the planned fault.
            let met = Set(reasons.dropLast()).subtracting(["network.stalled"])
            #expect(!met.isEmpty && met.isSubset(of: trouble.reasons) && reasons.count == 5, "\(reasons)")
            // The last of them has the reason for giving up.
            #expect(reasons.last == "job.gave_up")
            let isSeparated = place == .download
            let isMade = isSeparated || place == .read || (place == .create && trouble == .loseAnswer)
            #expect(try await folder.service.jobs().count == (isMade ? 1 : 0))
            // A job whose status could not be read may still be running.
            let charges = try await folder.service.charges()
            #expect(charges.count <= (isMade ? 1 : 0) && charges.count >= (isSeparated ? 1 : 0))
            #expect(try folder.entries("delivered").isEmpty)
        }
    }
}
