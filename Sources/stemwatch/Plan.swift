// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what would fit into the limits, before anything is separated.",
        discussion: "Reads and checks every file that is new; separates nothing, spends nothing.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "Files or directories in watched folders. Default: everything in them.", completion: .file())
    var paths: [TypedPath] = []

    func run() async throws {
        let survey = try PlanSurvey(configuration.read(), program: ThisProcess.executable())
        let plan = try await survey.plan(paths.map { path throws(Failure) in try path.absolute() })
        output.print(plan) { $1.text }
    }
}
