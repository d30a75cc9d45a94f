// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import StemlabService

/// What the service starts for each job that a program separates, before that: see ``StagingChild``.
struct Stage: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a plain WAV of the upload in a directory, confined to it.", shouldDisplay: false)

    @OptionGroup var options: WorkOptions

    func run() throws {
        throw WorkOptions.end(StagingChild.run(try options.work(), within: options.bounds))
    }
}
