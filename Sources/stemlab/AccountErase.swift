// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

struct AccountErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Erase an account and everything that belongs to it, now and for good.",
        discussion: "Backups made before still contain it.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument
    @Flag(help: "Really erase it.") var yes = false

    func run() async throws {
        let administration = try await configuration.administration()
        let account = try await administration.find(account.account).account
        guard yes else {
            throw Failure(
                .usageInvalid, "this would erase \(account.email) for good, with its minutes, jobs and audio",
                hint: "add --yes to do it", remedy: .reject)
        }
        try await administration.erase(account.id)
        print("erased \(account.id)")
    }
}
