// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Limits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the minute limits: how much is used, how much is left, and when they start anew.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws { try await output.print(ControlClient(configuration.read()).limits()) { $0.limits($1) } }
}
