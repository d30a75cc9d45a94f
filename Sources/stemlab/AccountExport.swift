// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService
import SystemPackage

struct AccountExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write everything that is stored about an account into a tar archive.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var account: AccountArgument
    @Option(help: "The archive to write; the file must not exist yet.", completion: .file()) var output: String

    func run() async throws {
        let administration = try await configuration.administration()
        let id = try await administration.find(account.account).account.id
        let path = FilePath(output)
        let file = try Failure.translating("making", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
        }
        try await administration.export(id, at: .now) { bytes in
            try await BlockingPool.shared.run { () throws(Failure) in
                _ = try Failure.translating("writing", path) { try file.writeAll(bytes) }
            }
        }
        try Failure.translating("closing", path) { try file.close() }
        try DurableFiles.sync(file: path)
        print("exported \(id)")
    }
}
