// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
package import Settings
package import SystemPackage

extension ServiceConfiguration {
    /// Reads `file`, and finds all that is wrong with it at once. Blocks on the disk.
    package static func read(
        _ file: FilePath, environment: [String: String]
    ) throws(ConfigurationProblems) -> ServiceConfiguration {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try SettingsFile(
                file, atMost: YAMLDocument.maximumSize, whenMissing: "name it with --config"
            ).bytes
        } catch {
            throw ConfigurationProblems(file, unreadable: error)
        }
        return try read(bytes, file: file, environment: environment)
    }

    /// The same for a text in memory; `file` is its name in messages.
    static func read(
        _ bytes: [UInt8], file: FilePath, environment: [String: String]
    ) throws(ConfigurationProblems) -> ServiceConfiguration {
        var problems = ProblemCollector(file, reference: "config/stemlab.yaml")
        var configuration = ServiceConfiguration()
        // systemd joins several directories by colons; ours is the first.
        if let directory = environment["STATE_DIRECTORY"]?.split(separator: ":").first {
            configuration.stateDirectory = FilePath(String(directory))
        }
        let document = YAMLDocument(bytes)
        for problem in document.problems { problems.error(problem.mark, problem.message, hint: problem.hint) }
        if let root = document.root, !root.isNull {
            let marks = KeyGroup.read(root, "the file", ServiceKeys.all, into: &configuration, &problems)
            check(configuration, marks, &problems)
        }
        if problems.hasErrors {
            throw ConfigurationProblems(file, problems.sorted, shownBy: "stemlab check")
        }
        return configuration
    }

    /// What only shows when all is read.
    private static func check(
        _ configuration: ServiceConfiguration, _ marks: KeyGroup.Marks, _ problems: inout ProblemCollector
    ) {
        let listen = configuration.listen
        if (listen.certificate == nil) != (listen.key == nil) {
            problems.error(
                marks["listen"], "certificate and key belong together, and one is missing", hint: "say both, or neither"
            )
        }
        if configuration.mail.resend.apiKey != nil, configuration.mail.sender.hasSuffix("@localhost") {
            problems.error(
                marks["mail"], "mails go through Resend, and come from \(configuration.mail.sender)",
                hint: "say from: with an address of a domain that is verified there")
        }
        // Where links lead is looked at when Demucs is found.
        for (key, folder) in configuration.separation.demucs.folders
        where configuration.guarded.contains(where: { $0.starts(with: folder) }) {
            problems.error(
                marks["separation"],
                "separation.demucs.\(key) lets Demucs into \(Printable(folder)), which is not its own",
                hint: "what the service stores, or keeps secret, is in there: name a folder without that")
        }
        do throws(Failure) { try configuration.web.check() } catch {
            return problems.error(marks["listen"], error.message, hint: error.hint)
        }
        if let problem = unreachable(configuration) {
            problems.error(
                marks["public_url"] ?? marks["listen"], problem, hint: "say public_url: as it is written in a browser")
        }
    }

    /// Why the links that the service gives out cannot be followed.
    private static func unreachable(_ configuration: ServiceConfiguration) -> String? {
        let listen = configuration.listen
        guard let url = configuration.publicURL else {
            if listen.port == 0 { return "the port is any that is free, and nothing says how the service is reached" }
            if configuration.web.certificate != nil { return "there is a certificate, and nothing says for what name" }
            if ClientAddress(listen.address)?.isLoopback != true {
                return "\(listen.address) is not loopback, and nothing says how the service is reached from elsewhere"
            }
            return nil
        }
        return listen.certificate != nil && url.hasPrefix("http://")
            ? "there is a certificate, and public_url is \(url), which is plain HTTP" : nil
    }
}
