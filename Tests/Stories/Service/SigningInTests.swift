// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// Signing in at a service, and out again, as a producer does.
@Suite(.timeLimit(.minutes(2))) struct SigningInTests {
    @Test
    func `signing in by a short code shows address and code, and stores the token for its owner only`()
        async throws
    {
        let folder = try ServiceFolder()
        folder.service.setTokens([])
        folder.service.setInterval(1)
        folder.service.decide(true)
        let outcome = try await folder.run("login", folder.service.origin)
        #expect(outcome.status.isSuccess, "\(outcome.errors)")
        #expect(outcome.output.contains("Open \(folder.service.origin)/device and enter the code WDJB-MJHT"))
        // No daemon runs, so the output does not mention it.
        #expect(outcome.output.hasSuffix("signed in at \(folder.service.origin)\n") && outcome.errors.isEmpty)
        let tokens = folder.home("state").appending("tokens")
        let file = tokens.appending("127.0.0.1_\(folder.service.web.port)")
        #expect(try FileStatus.at(file)?.mode == 0o600)
        #expect(try FileStatus.at(tokens)?.mode == 0o700)
        #expect(!(outcome.output + outcome.errors).contains("slm_"))
        #expect(folder.service.violations == [])
    }

    @Test func `the account is shown, and signing out revokes the token`() async throws {
        let folder = try ServiceFolder()
        let before = try await folder.run("account")
        #expect(before.errors.contains("stemwatch login \(folder.service.origin)"))
        try await folder.signIn()
        let shown = try await folder.run("account")
        #expect(shown.output.contains("balance   1:00:00\n"))
        let json = try await folder.run("account", "--json")
        #expect(try JSONValue(parsing: json.output.utf8)["available_ms"]?.int == 3_600_000)
        #expect(folder.service.tokens.count == 1)
        #expect(try await folder.run("logout").status.isSuccess)
        #expect(folder.service.tokens.isEmpty)
        #expect(try DirectoryListing.entries(of: folder.home("state").appending("tokens")).isEmpty)
        #expect(folder.service.violations == [])
    }

    @Test func `signing in again ends the earlier token`() async throws {
        let folder = try ServiceFolder()
        try await folder.signIn()
        let before = folder.service.tokens
        let arguments = ["login", "--email", StemlabDouble.email, "--password-file", folder.home("password").string]
        let again = try await StoryProgram.run(arguments + ["--config", folder.configuration.string])
        #expect(again.status.isSuccess && again.errors.isEmpty, "\(again.errors)")
        #expect(folder.service.tokens.count == 1 && folder.service.tokens != before)
        #expect(folder.service.violations == [])
    }

    @Test func `a wrong password, or a service that is down, stores nothing`() async throws {
        let folder = try ServiceFolder()
        try folder.home("password").write("something else")
        let arguments = ["login", "--email", StemlabDouble.email, "--password-file", folder.home("password").string]
        let wrong = try await StoryProgram.run(arguments + ["--config", folder.configuration.string])
        #expect(!wrong.status.isSuccess)
        #expect(wrong.errors.contains("knows no account"))
        folder.service.web.refuse()
        let away = try await StoryProgram.run(arguments + ["--config", folder.configuration.string])
        #expect(away.errors.contains("does not answer"))
        #expect(try FileStatus.at(folder.home("state").appending("tokens")) == nil)
    }
}
