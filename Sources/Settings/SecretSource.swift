// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Where a secret is kept: never in the configuration itself.
public enum SecretSource: Hashable, Sendable {
    case environment(String)
    case file(FilePath)
    /// A file in systemd's `$CREDENTIALS_DIRECTORY`.
    case credential(String)

    /// The keys that name one.
    public static let keys = ["from_env", "from_file", "from_credential"]

    /// Reads `{from_file: /path}`, or another of the keys, which stands alone. `nil` after reporting what is wrong.
    public static func read(_ entry: YAMLEntry, of key: String, _ problems: inout ProblemCollector) -> SecretSource? {
        let place = "\(key).\(entry.key)"
        switch entry.key {
        case "from_env":
            return ValueForm<String>.text("a variable", example: "HF_TOKEN").read(entry.value, place, &problems)
                .map { .environment($0) }
        case "from_file":
            return ValueForm<FilePath>.absolutePath.read(entry.value, place, &problems).map { .file($0) }
        case "from_credential":
            return ValueForm<FilePath>.relativePath(example: "token").read(entry.value, place, &problems)
                .map { .credential($0.string) }
        default:
            KeyGroup.reportUnknown([entry], known: keys, &problems)
            return nil
        }
    }

    public var yaml: String {
        switch self {
        case .environment(let variable): "{from_env: \(variable)}"
        case .file(let path): "{from_file: \(YAMLText.scalar(path.string))}"
        case .credential(let name): "{from_credential: \(YAMLText.scalar(name))}"
        }
    }

    /// For editors.
    public static let schema = ValueSchema.group(
        keys.map {
            KeyDescription(
                name: $0, help: "Where the secret is kept.", schema: .text(pattern: nil), value: "null",
                isRequired: false)
        })

    /// Fetches it. Blocks on the disk.
    /// - Parameters:
    ///   - environment: of the process.
    ///   - program: the name of the process in hints.
    /// - Returns: the secret, and the file it is in if every user of the machine can read that. No message ever holds
    ///   it.
    public func reveal(
        _ environment: [String: String], of program: String
    ) throws(ValueProblem) -> (secret: Secret, openFile: FilePath?) {
        switch self {
        case .environment(let variable):
            guard let text = environment[variable], !text.isEmpty else {
                throw ValueProblem(
                    "the environment variable \(Printable(variable, limit: 80)) is not set",
                    hint: "set it for \(program), or use from_file")
            }
            return (Secret(text), nil)
        case .file(let path): return try Self.read(path)
        case .credential(let name):
            guard let directory = environment["CREDENTIALS_DIRECTORY"] else {
                throw ValueProblem(
                    "there are no credentials, since CREDENTIALS_DIRECTORY is not set",
                    hint: "run under systemd with LoadCredential=\(Printable(name, limit: 80)):/path, or use from_file")
            }
            return try Self.read(FilePath(directory).appending(name))
        }
    }

    private static func read(_ path: FilePath) throws(ValueProblem) -> (secret: Secret, openFile: FilePath?) {
        let file: SettingsFile
        do throws(Failure) { file = try SettingsFile(path, atMost: 64 << 10) } catch {
            throw ValueProblem(error.message, hint: error.hint)
        }
        // Editors and echo end a file with a line break, which is no part of the secret.
        let bytes = file.bytes.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.reversed()
        guard !bytes.isEmpty else { throw ValueProblem("\(Printable(path)) is empty") }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw ValueProblem("\(Printable(path)) is not text")
        }
        return (Secret(text), file.isReadableByAll ? path : nil)
    }
}

extension ValueForm<SecretSource> {
    /// The place of a secret.
    public static let secretSource = Self(
        noun: "the place of a secret", advice: "write {from_file: /path}, {from_credential: NAME} or {from_env: NAME}",
        schema: SecretSource.schema
    ) { node, key, problems in
        guard case .mapping(let entries) = node.content, entries.count == 1, let entry = entries.first else {
            // The value is not shown: it may be the secret itself.
            problems.error(
                node.mark, "\(key) is not the place of a secret",
                hint: "write {from_file: /path}, {from_credential: NAME} or {from_env: NAME}")
            return nil
        }
        return SecretSource.read(entry, of: key, &problems)
    } write: {
        $0.yaml
    }
}
