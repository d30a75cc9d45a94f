// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in to a stemlab service, so that it can separate your folders.",
        discussion: """
            Shows an address and a short code: open the address in any browser, sign in there, and enter the code. \
            Scripts use --email and --password-file instead. Only a token is kept, in a file that only its owner can \
            read; the password is not kept.
            """)

    @OptionGroup var configuration: ConfigurationOption
    @Argument(help: "The service, such as https://stems.example.com. Default: the one of the configuration.")
    var url: String?
    @Option(help: "The account's address, with --password-file.") var email: String?
    @Option(help: "A file with the account's password.", completion: .file()) var passwordFile: TypedPath?
    @OptionGroup var authority: AuthorityOption

    func validate() throws {
        if (email == nil) != (passwordFile == nil) {
            throw ValidationError("--email and --password-file only work together")
        }
    }

    func run() async throws {
        let configuration = try configuration.read()
        let place = try StemlabPlace(url, in: configuration)
        let caFile = try authority.file
        let access = place.access(caFile: caFile)
        let token: Secret
        if let email, let passwordFile {
            token = try await access.token(email: email, password: Self.password(passwordFile), name: "stemwatch")
        } else {
            token = try await invite(access)
        }
        let replaced = try await BlockingPool.shared.run { () throws(Failure) in
            let earlier = try place.replacedToken()
            try place.keep(token)
            return earlier
        }
        print("signed in at \(place.service)")
        if let replaced { await Self.end(replaced, access) }
        if let missing = place.missing(caFile: caFile) { print(missing) }
        if let news = await RecheckNotice.tell(place, available: nil, configuration) { print(news) }
    }

    /// The token of an earlier login is no longer needed.
    private static func end(_ token: Secret, _ access: StemlabAccess) async {
        do throws(Failure) { try await access.revoke(token) } catch {
            ThisProcess.say(
                "stemwatch: the token of an earlier login is still valid: it could not be revoked: \(error.message)\n")
        }
    }

    private func invite(_ access: StemlabAccess) async throws(Failure) -> Secret {
        let invitation = try await access.invite()
        print("Open \(invitation.address) and enter the code \(invitation.userCode)")
        if let complete = invitation.completeAddress { print("or open \(complete)") }
        print("Waiting for you to sign in, for at most \(invitation.lifetime.spoken) …")
        ThisProcess.flushOutput()
        return try await access.token(for: invitation)
    }

    private static func password(_ path: TypedPath) throws(Failure) -> Secret {
        let file = try SettingsFile(path.path, atMost: 1024)
        let line = file.bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty else {
            throw Failure(.usageInvalid, "\(Printable(path.path)) is empty", remedy: .reject)
        }
        return Secret(String(decoding: line, as: UTF8.self))
    }
}
