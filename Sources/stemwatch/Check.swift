// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration: every problem at once, with its line. Exits with 0 or 3.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption

    func run() throws {
        let reading = ConfigurationReading(of: configuration.path, environment: ThisProcess.environment)
        let checked = try reading.get()
        for warning in reading.problems { ThisProcess.say("\(warning)\n") }
        let report: JSONValue = [
            "file": .string(Printable(configuration.path).description),
            "warnings": .array(reading.problems.map(\.json)), "folders": .array(checked.folders.map(Self.json)),
        ]
        output.print(report, TextOutput.configuration)
    }

    private static func json(_ folder: FolderConfiguration) -> JSONValue {
        [
            "name": .string(folder.name.rawValue), "path": .string(Printable(folder.watch.root).description),
            "output": .string(Printable(folder.delivery.output).description),
            "backend": .string(folder.backend.rawValue),
        ]
    }
}
