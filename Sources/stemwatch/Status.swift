// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon
import SystemPackage

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the daemon, its folders, and what it works on; in a terminal, live with --watch.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Flag(help: "Go on showing it, until interrupted.") var watch = false

    func validate() throws {
        if watch && output.json { throw ValidationError("--watch is for people; leave out --json, or --watch") }
    }

    func run() async throws {
        let configuration = try configuration.read()
        guard watch else { return try await output.print(Question.status.ask(configuration), TextOutput.status) }
        let isTerminal = ThisProcess.isTerminal(.standardOutput)
        while !Task.isCancelled {
            let text = TextOutput.status(try await Question.status.ask(configuration))
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
