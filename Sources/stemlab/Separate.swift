// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemlabService

/// What the service starts for each job that it separates itself: see ``SeparationChild``.
struct Separate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Separate the upload in a directory, confined to it.", shouldDisplay: false)

    @OptionGroup var options: WorkOptions

    func run() throws {
        throw WorkOptions.end(SeparationChild.run(try options.work(), within: options.bounds))
    }
}
