// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

struct AccountDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Lock an account: neither its password nor its tokens work until `enable`.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument

    func run() async throws { try await AccountEnable.set(true, account, configuration) }
}

struct AccountEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Unlock an account.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument

    func run() async throws { try await Self.set(false, account, configuration) }

    fileprivate static func set(
        _ isDisabled: Bool, _ account: AccountArgument, _ configuration: ConfigurationOption
    ) async throws {
        let administration = try await configuration.administration()
        let id = try await administration.find(account.account).account.id
        try await administration.setDisabled(isDisabled, id, at: .now)
        print(AccountText.line(try await administration.find(id)))
    }
}
