// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

/// Where the process begins: without a second thread, which those that confine themselves need, and an asynchronous
/// `main` would not give.
@main
enum Program {
    private static let confined: [String: any ParsableCommand.Type] = [
        SeparationChild.subcommand: Separate.self, StagingChild.subcommand: Stage.self,
        CollectingChild.subcommand: Collect.self, ConfinedProgram.subcommand: Confine.self,
    ]

    static func main() {
        if let name = CommandLine.arguments.dropFirst().first, let command = confined[name] {
            ThisProcess.prepare()
            command.main(Array(CommandLine.arguments.dropFirst(2)))
            return
        }
        Task.detached {
            await Stemlab.main()
            ThisProcess.flushOutput()
            ThisProcess.end(0)
        }
        ThisProcess.serveMainQueue()
    }
}
