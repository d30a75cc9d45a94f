// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// One error or warning about a configuration file.
public struct ConfigurationProblem: Hashable, Sendable {
    /// An error keeps the configuration from being used; a warning does not.
    public enum Weight: Hashable, Sendable { case error, warning }

    public var weight: Weight
    public var file: FilePath
    /// Where in the file; `nil`: the file as a whole.
    public var mark: YAMLMark?
    /// One sentence that names the key and the value: lower case, no full stop, printable, never a secret.
    public var message: String
    /// What to write instead.
    public var hint: String?
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `file:line:column: message; hint`, as editors and compilers have it.
    public var description: String {
        let place = mark.map { ":\($0.line):\($0.column)" } ?? ""
        let word = weight == .warning ? "warning: " : ""
        // A file that cannot be read at all is named by the message itself.
        if mark == nil, message.hasPrefix("\(Printable(file)) ") {
            return word + message + (hint.map { "; \($0)" } ?? "")
        }
        return "\(Printable(file))\(place): \(word)\(message)" + (hint.map { "; \($0)" } ?? "")
    }
}

/// Why a configuration cannot be used: every problem, in the order of the file.
public struct ConfigurationProblems: Error, Hashable, Sendable {
    /// At least one error, and any warnings.
    public let problems: [ConfigurationProblem]

    /// All problems as one failure, for a log line: `config.invalid`, or `config.unreadable` when there was nothing to
    /// read.
    public let failure: Failure

    /// - Parameter command: the command that shows all of them.
    public init(_ file: FilePath, _ problems: [ConfigurationProblem], shownBy command: String) {
        self.problems = problems
        let errors = problems.filter { $0.weight == .error }
        let more = errors.count == 1 ? "" : ", and \(errors.count - 1) more"
        failure = Failure(
            .configInvalid, (errors.first.map { "\($0)" } ?? "\(Printable(file)) is not valid") + more,
            hint: errors.count == 1 ? nil : "\(command) shows all of them", remedy: .stop)
    }

    public init(_ file: FilePath, unreadable reason: Failure) {
        failure = reason
        problems = [
            ConfigurationProblem(weight: .error, file: file, mark: nil, message: reason.message, hint: reason.hint)
        ]
    }
}
