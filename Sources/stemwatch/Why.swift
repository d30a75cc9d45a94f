// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon
import SystemPackage

struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the whole life of one file: also why nothing happened to it.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @Argument(help: "The file, or where it was.", completion: .file()) var path: String

    func run() async throws {
        try await output.print(Question.why(Paths.absolute(path)).ask(configuration.read()), Text.why)
    }
}

/// Paths as a person types them.
enum Paths {
    static func absolute(_ text: String) throws(Failure) -> FilePath {
        let path = FilePath(text)
        return (path.isAbsolute ? path : try ThisProcess.workingDirectory().pushing(path)).lexicallyNormalized()
    }
}
