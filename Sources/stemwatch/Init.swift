// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a first configuration for a folder, to standard output.",
        discussion: "stemwatch init --folder ~/Music/inbox >stemwatch.yaml")

    @Option(help: "The folder to watch.", completion: .directory) var folder: String
    @Option(help: "Where the daemon keeps its ledger.", completion: .directory) var state: String?

    func run() throws {
        print(
            try ConfigurationTemplate.first(
                folder: Paths.absolute(folder),
                stateDirectory: state.map { path throws(Failure) in try Paths.absolute(path) }), terminator: "")
    }
}
