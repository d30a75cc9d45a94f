// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration, and show every problem at once, with its line. Exits with 0 or 3.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() throws {
        let reading = ConfigurationReading(of: configuration.path, environment: ThisProcess.environment)
        let checked = try reading.get()
        for warning in reading.problems { ThisProcess.say("\(warning)\n") }
        let report = CheckReport(
            file: Printable(configuration.path).description, warnings: reading.problems.map { .init($0) },
            folders: checked.folders.map { CheckReport.Folder($0) })
        output.print(report) { $0.configuration($1) }
    }
}

/// A configuration that can be used.
struct CheckReport: Encodable {
    let file: String
    let warnings: [FailureReport.Problem]
    let folders: [Folder]

    struct Folder: Encodable {
        let name, path, output, backend: String

        init(_ folder: FolderConfiguration) {
            name = folder.name.rawValue
            path = Printable(folder.watch.root).description
            output = Printable(folder.delivery.output).description
            backend = folder.backend.rawValue
        }
    }
}
