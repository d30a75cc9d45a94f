// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService
import SystemPackage

struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Create an account.",
        discussion: "The password is read from --password-file, or else from standard input, and is never an argument.")

    @OptionGroup var configuration: ConfigurationOption
    @Argument(help: "The e-mail address of its owner.") var email: String
    @Option(help: "The name of its owner.") var name = ""
    @Option(help: "A file with the password on its first line.", completion: .file()) var passwordFile: String?

    func run() async throws {
        let administration = try await configuration.administration()
        let standing = try await administration.add(email, name: name, password: try password(), at: .now)
        print(AccountText.line(standing))
    }

    private func password() throws -> Secret {
        guard let passwordFile else {
            if ThisProcess.isTerminal(.standardInput) {
                defer { ThisProcess.say("\n") }
                return try PasswordPrompt.line(from: .standardInput) { ThisProcess.say("password: ") }
            }
            guard let line = readLine() else {
                throw Failure(.usageInvalid, "there is no password on standard input", remedy: .reject)
            }
            return Secret(line)
        }
        let bytes = try SettingsFile(FilePath(passwordFile), atMost: 4096).bytes
        return Secret(String(decoding: bytes.prefix { $0 != 10 && $0 != 13 }, as: UTF8.self))
    }
}
