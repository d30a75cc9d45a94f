// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import StemlabService
import SystemPackage

/// What the service starts for each job that a program has separated: see ``CollectingChild``.
struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take over the stems that a program made in a directory, confined to it.", shouldDisplay: false)

    @OptionGroup var options: WorkOptions
    @Option var folder: String
    @Option var made: String
    @Option var lengthMs: Int64

    func run() throws {
        let order = CollectingChild.Order(
            folder: FilePath(folder), made: WorkOptions.names(made), length: AudioDuration(milliseconds: lengthMs))
        throw WorkOptions.end(CollectingChild.run(try options.work(), order, within: options.bounds))
    }
}
