// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch the folders, in the foreground, until told to stop.",
        discussion: """
            Logs to standard error; says `ready` once every folder is watched and scanned. SIGTERM and SIGINT stop it, \
            SIGHUP has it read its configuration anew.
            """)

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws { try await Live(configuration.path, configuration.read()).run() }
}
