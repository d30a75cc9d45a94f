// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon
import SystemPackage

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the daemon, its folders, and what it is working on; --watch keeps it up to date.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Flag(help: "Keep showing it, until you press Ctrl-C.") var watch = false

    func validate() throws {
        if watch && output.json {
            throw ValidationError("--watch shows a screen, which is no JSON: leave out --watch or --json")
        }
    }

    func run() async throws {
        let configuration = try configuration.read()
        let client = ControlClient(configuration)
        guard watch else { return try await output.print(client.status()) { $0.status($1) } }
        let isTerminal = ThisProcess.isTerminal(.standardOutput)
        while !Task.isCancelled {
            let text = TextOutput.now().status(try await client.status())
            // Home, then each line cleared to its end, then everything below: no flicker.
            print(
                isTerminal
                    ? "\u{1B}[H" + text.split(separator: "\n").map { $0 + "\u{1B}[K" }.joined(separator: "\n")
                        + "\u{1B}[J" : text)
            ThisProcess.flushOutput()
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
