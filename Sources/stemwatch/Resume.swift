// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Go on after `pause`.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The name of a folder. Default: all folders.") var folder: String?

    func run() async throws {
        let folder = folder.map(FolderName.init(rawValue:))
        try await output.print(ControlClient(configuration.read()).resume(folder)) { $0.done($1) }
    }
}
