// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import Platform
import StemlabService
import SystemPackage

/// Where the configuration is.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration file.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config = "/etc/stemlab/stemlab.yaml"

    func read() throws -> ServiceConfiguration {
        try ServiceConfiguration.read(FilePath(config), environment: ThisProcess.environment)
    }

    /// The service's accounts, for a command beside it.
    func administration() async throws -> Administration {
        let configuration = try read()
        let output = LogOutput(environment: ThisProcess.environment, level: .warning)
        return try await Administration(configuration, log: Logger(label: "stemlab") { _ in LineLogHandler(output) })
    }
}

/// Whose account it is about.
struct AccountArgument: ParsableArguments {
    @Argument(help: "The account's e-mail address or its id.")
    var account: String
}
