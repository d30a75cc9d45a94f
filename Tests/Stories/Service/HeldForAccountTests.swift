// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// Songs that wait for the account of a service, and continue when it changes. Otherwise they would be tried again in
/// an hour.
@Suite(.timeLimit(.minutes(2))) struct HeldForAccountTests {
    private let folder: ServiceFolder

    init() throws { folder = try ServiceFolder(retry: "{first: 1h, ceiling: 1h}") }

    @Test func `songs held without a sign-in are delivered right after the next one, with one message`()
        async throws
    {
        try await folder.signIn()
        let end = try await withDaemon(folder.configuration) { [folder] daemon in
            folder.service.setTokens([])
            try folder.drop("Song.wav", seed: 1)
            try await daemon.line(with: "held", "does not accept the token", "Song.wav")
            // Not sent at all: no attempt could succeed.
            try folder.drop("Other.wav", seed: 2)
            let outcome = try await folder.run(
                "login", "--email", StemlabDouble.email, "--password-file", folder.home("password").string)
            #expect(
                outcome.output.hasSuffix("1 job that waited for it goes on\n"), "\(outcome.output)\(outcome.errors)")
            try await daemon.line(with: "delivered", "Song.wav")
            try await daemon.line(with: "delivered", "Other.wav")
            let again = try await folder.run(
                "login", "--email", StemlabDouble.email, "--password-file", folder.home("password").string)
            #expect(again.output == "signed in at \(folder.service.origin)\n", "nothing waits any more")
        }
        #expect(end.log.count { $0.contains("held") } == 1)
        #expect(folder.service.submissions == 2)
        #expect(folder.service.charges == [500, 500])
        #expect(folder.service.violations == [])
    }

    @Test func `songs held for minutes continue once the account shows enough, and no more than that`()
        async throws
    {
        try await folder.signIn()
        folder.service.grant(-3_600_000)
        try await withDaemon(folder.configuration) { [folder] daemon in
            try folder.drop("Song.wav", seed: 1)
            try await daemon.line(with: "held", "Song.wav")
            try folder.drop("Other.wav", seed: 2)
            try await daemon.line(with: "held", "Other.wav")
            #expect(try await !folder.run("account").output.contains("waited"))
            folder.service.grant(999)
            let outcome = try await folder.run("account")
            #expect(
                outcome.output.hasSuffix("1 job that waited for it goes on\n"), "\(outcome.output)\(outcome.errors)")
            try await daemon.line(with: "delivered", "Song.wav")
            folder.service.grant(1)
            let json = try await folder.run("account", "--json")
            #expect(try JSONValue(parsing: json.output.utf8)["available_ms"]?.int == 500)
            try await daemon.line(with: "delivered", "Other.wav")
        }
        #expect(folder.service.charges == [500, 500])
        #expect(folder.service.violations == [])
    }
}
