// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService

/// Where the process begins: without a second thread, which the one that separates needs to confine itself, and an
/// asynchronous `main` would not give.
@main
enum Program {
    static func main() {
        if CommandLine.arguments.dropFirst().first == SeparationChild.subcommand {
            ThisProcess.prepare()
            Separate.main(Array(CommandLine.arguments.dropFirst(2)))
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
