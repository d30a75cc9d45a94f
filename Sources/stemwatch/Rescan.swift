// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Rescan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look through the watched folders now.",
        discussion: "Folders that cannot be watched at the moment are tried again at once, too.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The name of a folder. Default: all folders.") var folder: String?

    func run() async throws {
        let folder = folder.map(FolderName.init(rawValue:))
        try await output.print(ControlClient(configuration.read()).rescan(folder)) { $0.done($1) }
    }
}
