// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration: every problem at once, with its line. Exits with 0 or 3.")

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let reading = ConfigurationReading(of: configuration.path, environment: ThisProcess.environment)
        let checked = try reading.get()
        for warning in reading.problems { ThisProcess.say("\(warning)\n") }
        print(
            "\(Printable(configuration.path)): good, \(checked.folders.count) folder\(checked.folders.count == 1 ? "" : "s")"
        )
        for folder in checked.folders {
            print(
                "  \(folder.name): \(Printable(folder.watch.root)) → \(Printable(folder.delivery.output)) by \(folder.backend)"
            )
        }
    }
}
