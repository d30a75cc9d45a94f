// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon
import SystemPackage

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a first configuration for a folder.",
        discussion: "For example: stemwatch init --folder ~/Music/inbox >stemwatch.yaml")

    @Option(help: "The folder to watch.", completion: .directory) var folder: TypedPath
    @Option(
        help: "Where the daemon keeps its ledger. Default: /var/lib/stemwatch for root, ~/.stemwatch for others.",
        completion: .directory)
    var state: TypedPath?

    func run() throws {
        print(
            try ConfigurationTemplate.first(
                folder: folder.absolute(),
                stateDirectory: stateDirectory()), terminator: "")
    }

    /// `nil`: the service's own.
    private func stateDirectory() throws(Failure) -> FilePath? {
        if let state { return try state.absolute() }
        guard !ThisProcess.isRoot, let home = ThisProcess.environment("HOME") else { return nil }
        return FilePath(home).appending(".stemwatch")
    }
}
