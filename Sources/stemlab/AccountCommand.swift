// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Create, show, change and erase accounts, also while the service is running.",
        subcommands: [
            AccountAdd.self, AccountList.self, AccountMinutes.self, AccountLimitsCommand.self, AccountDisable.self,
            AccountEnable.self, AccountErase.self, AccountExport.self,
        ])
}
