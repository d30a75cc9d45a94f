// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Start nothing new until `resume`. What is running is finished.",
        discussion: "New files are still noticed. A pause lasts across restarts.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The name of a folder. Default: all folders.") var folder: String?

    func run() async throws {
        let folder = folder.map(FolderName.init(rawValue:))
        try await output.print(ControlClient(configuration.read()).pause(folder)) { $0.done($1) }
    }
}
