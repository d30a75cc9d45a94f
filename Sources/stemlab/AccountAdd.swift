// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemlabService
import SystemPackage

struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account.",
        discussion: "The password is the first line of --password-file, or of standard input: never an argument.")

    @OptionGroup var configuration: ConfigurationOption
    @Argument(help: "Its e-mail address.") var email: String
    @Option(help: "Its owner's name.") var name = ""
    @Option(help: "Where the password is.", completion: .file()) var passwordFile: String?

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
