// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemwatchDaemon

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Go on after `pause`.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The folder, by its name; all of them by default.") var folder: String?

    func run() async throws {
        try await output.print(
            Order.resume(folder.map(FolderName.init(rawValue:))).give(configuration.read()), TextOutput.done)
    }
}
