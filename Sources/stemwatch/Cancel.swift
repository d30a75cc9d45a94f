// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End jobs that are not delivered yet.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The jobs, as `stemwatch jobs` names them.") var jobs: [String]

    func run() async throws {
        for job in jobs { try await output.print(Order.cancel(jobID(job)).give(configuration.read()), Text.job) }
    }
}
