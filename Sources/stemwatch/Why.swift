// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Explain what became of one file, also why nothing happened to it.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @OptionGroup var time: TimeOption
    @Argument(help: "The file, or where it was.", completion: .file()) var path: TypedPath

    func run() async throws {
        let configuration = try configuration.read()
        let path = try configuration.watchedName(of: path.absolute())
        let report = try await ControlClient(configuration).why(path)
        output.print(report, utc: time.utc) { $0.why($1) }
    }
}
