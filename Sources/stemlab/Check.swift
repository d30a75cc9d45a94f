// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration, and show every problem at once, with its line. Exits with 0 or 3.")

    @OptionGroup var configuration: ConfigurationOption

    func run() throws {
        let configuration = try configuration.read()
        let compute = try configuration.compute(
            program: try ThisProcess.executable(), environment: ThisProcess.environment)
        print(
            "serving on \(configuration.listen.address) port \(configuration.listen.port), as \(configuration.origin)"
        )
        print("separating with \(configuration.separation.compute.rawValue), model \(compute.model)")
    }
}
