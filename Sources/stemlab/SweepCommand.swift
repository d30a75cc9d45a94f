// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Delete what is past its time, as the running service does every ten minutes.")

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let report = try await configuration.administration().sweep(at: .now)
        print("deleted \(report.uploads) uploads, the audio of \(report.jobs) jobs and \(report.strays) leftover files")
    }
}
