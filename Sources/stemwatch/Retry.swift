// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let jobs that wait, failed or were rejected go on.",
        discussion: "A job goes on from the step it had reached: nothing that was paid is paid again.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The jobs, as `stemwatch jobs` names them.") var jobs: [String]

    func run() async throws {
        for job in jobs { try await output.print(Order.retry(jobID(job)).give(configuration.read()), Text.job) }
    }
}
