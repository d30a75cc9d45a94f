// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemlabService

/// The program: one file a subcommand beside this one.
@main
struct Stemlab: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stemlab", abstract: "A separation service of one's own: songs come in, stems go out.",
        version: StemlabVersion.text, subcommands: [Separate.self])
}
