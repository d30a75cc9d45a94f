// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon
import SystemPackage

/// `stemwatch supervise JOB`: follows one program that separates, in the directory it is started in. The daemon starts
/// it; nobody else can, since it must be handed a lock.
struct Supervise: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: Supervisor.subcommand, abstract: "Follows one separation for the daemon.", shouldDisplay: false)

    @Argument(help: "The job, for those who look at the list of processes.")
    var job: String

    func run() throws { throw ExitCode(Supervisor.run(workDirectory: ".")) }
}
