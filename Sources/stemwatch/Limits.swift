// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Limits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the minute limits: used, reserved, left, and when they reset.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() async throws { try await output.print(Question.limits.ask(configuration.read()), TextOutput.limits) }
}
