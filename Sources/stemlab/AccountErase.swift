// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

struct AccountErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase an account and everything of it, now and for good.",
        discussion: "Backups made earlier keep it.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument
    @Flag(help: "It is meant.") var yes = false

    func run() async throws {
        let administration = try await configuration.administration()
        let account = try await administration.find(account.account).account
        guard yes else {
            throw Failure(
                .usageInvalid, "this erases \(account.email) with its minutes, jobs and audio for good",
                hint: "say --yes if it is meant", remedy: .reject)
        }
        try await administration.erase(account.id)
        print("erased \(account.id)")
    }
}
