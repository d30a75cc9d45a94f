// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService
import SystemPackage

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the database and all audio, also while the service is running.",
        discussion: """
            Accounts that are erased later stay in the copy: keep it for at most 30 days, on an encrypted disk.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @Argument(help: "The directory to write; it must not exist yet.", completion: .directory) var target: String

    func run() async throws {
        let report = try await configuration.administration().backup(into: FilePath(target))
        print("copied the database and \(report.objects) audio files, \(report.bytes) bytes in all")
    }
}
