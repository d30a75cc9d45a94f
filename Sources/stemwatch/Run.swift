// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch the folders, in the foreground, until stopped.",
        discussion: """
            Logs to standard error, and writes `ready` there once every folder is watched and scanned. SIGTERM and \
            SIGINT (Ctrl-C) stop it; after SIGHUP it reads its configuration again.
            """)

    @OptionGroup var configuration: ConfigurationOption

    /// Files that are open at once at the very least, with all that waits for its turn: far fewer than anybody's
    /// default.
    private static let descriptors: UInt64 = 128

    func run() async throws {
        let settings = try configuration.read()
        try ThisProcess.claimDescriptors(atLeast: Self.descriptors)
        try await DaemonProcess(configuration.path, settings).run()
    }
}
