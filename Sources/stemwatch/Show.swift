// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one job, and everything that happened to it.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @OptionGroup var time: TimeOption
    @Argument(help: "The job, as `stemwatch jobs` names it.") var job: String

    func run() async throws {
        let shown = try await ControlClient(configuration.read()).job(jobID(job))
        output.print(shown, utc: time.utc) { $0.show($1) }
    }
}
