// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import Settings
public import SystemPackage

/// What came of reading a configuration file.
public struct ConfigurationReading: Sendable {
    /// Errors and warnings, in the order of the file.
    public let problems: [ConfigurationProblem]
    private let result: Result<Configuration, ConfigurationProblems>

    /// Reads `file` and everything it points at, and finds all that is wrong at once. Blocks on the disk.
    ///
    /// - Parameter environment: of this process: `STEMWATCH_STATE_DIR`, systemd's `STATE_DIRECTORY` and
    ///   `CREDENTIALS_DIRECTORY`, and variables that the file names for secrets.
    public init(of file: FilePath, environment: [String: String]) {
        do throws(Failure) {
            let text = try SettingsFile(
                file, atMost: YAMLDocument.maximumSize,
                whenMissing: "name it with --config, or write a first one: stemwatch init --folder DIR")
            self.init(text.bytes, file: file, environment: environment)
        } catch {
            self.init(ConfigurationProblems(file, unreadable: error))
        }
    }

    private init(_ refusal: ConfigurationProblems) {
        problems = refusal.problems
        result = .failure(refusal)
    }

    /// The same for a text in memory; `file` is its name in messages.
    public init(_ text: [UInt8], file: FilePath, environment: [String: String]) {
        var reader = ConfigurationReader(file: file, environment: environment)
        let configuration = reader.read(YAMLDocument(text))
        problems = reader.problems.sorted
        if let configuration, !reader.problems.hasErrors {
            result = .success(configuration)
        } else {
            result = .failure(ConfigurationProblems(file, problems, shownBy: "stemwatch check"))
        }
    }

    /// The configuration.
    /// - Throws: everything that is wrong, when something is.
    public func get() throws(ConfigurationProblems) -> Configuration {
        try result.get()
    }
}

extension Configuration {
    /// Reads `file`; see ``ConfigurationReading``, which also gives the warnings.
    public static func read(
        _ file: FilePath, environment: [String: String]
    ) throws(ConfigurationProblems) -> Configuration {
        try ConfigurationReading(of: file, environment: environment).get()
    }

    /// Where the configuration is when no option names it: `STEMWATCH_CONFIG`, or `/etc/stemwatch/stemwatch.yaml`.
    public static func defaultFile(environment: [String: String]) -> FilePath {
        environment["STEMWATCH_CONFIG"].flatMap { $0.isEmpty ? nil : FilePath($0) } ?? "/etc/stemwatch/stemwatch.yaml"
    }
}
