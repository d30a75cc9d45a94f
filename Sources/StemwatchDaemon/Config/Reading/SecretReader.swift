// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings
import SystemPackage

/// Fetches secrets from where the file says they are kept. No message ever holds one.
struct SecretReader {
    /// Of the daemon's process.
    let environment: [String: String]

    /// Every variable with its value; `nil` after telling which cannot be had.
    func reveal(_ values: [String: EnvironmentValue], _ problems: inout ProblemCollector) -> [String: Secret]? {
        var found: [String: Secret] = [:]
        for (name, value) in values {
            switch value {
            case .text(let text): found[name] = Secret(text)
            case .secret(let source, let mark):
                do throws(ValueProblem) { found[name] = try secret(source, mark, &problems) } catch {
                    problems.error(mark, "\(name) has no value: \(error.reason)", hint: error.hint)
                }
            }
        }
        return found.count == values.count ? found : nil
    }

    private func secret(
        _ source: SecretSource, _ mark: YAMLMark, _ problems: inout ProblemCollector
    ) throws(ValueProblem) -> Secret {
        switch source {
        case .environment(let variable):
            guard let text = environment[variable], !text.isEmpty else {
                throw ValueProblem(
                    "the environment variable \(Printable(variable, limit: 80)) is not set",
                    hint: "set it for the daemon, or use from_file")
            }
            return Secret(text)
        case .file(let path): return try read(path, mark, &problems)
        case .credential(let name):
            guard let directory = environment["CREDENTIALS_DIRECTORY"] else {
                throw ValueProblem(
                    "there are no credentials, since CREDENTIALS_DIRECTORY is not set",
                    hint: "run under systemd with LoadCredential=\(Printable(name, limit: 80)):/path, or use from_file")
            }
            return try read(FilePath(directory).appending(name), mark, &problems)
        }
    }

    private func read(_ path: FilePath, _ mark: YAMLMark, _ problems: inout ProblemCollector) throws(ValueProblem)
        -> Secret
    {
        let file: SettingsFile
        do throws(Failure) { file = try SettingsFile(path, atMost: 64 << 10) } catch {
            throw ValueProblem(error.message, hint: error.hint)
        }
        if file.isReadableByAll {
            problems.warning(
                mark, "\(Printable(path)) holds a secret, and every user can read it",
                hint: "chmod o-r \(Printable(path))")
        }
        // Editors and echo end a file with a line break, which is no part of the secret.
        let bytes = file.bytes.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.reversed()
        guard !bytes.isEmpty else { throw ValueProblem("\(Printable(path)) is empty") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw ValueProblem("\(Printable(path)) is not text")
        }
        return Secret(text)
    }
}
