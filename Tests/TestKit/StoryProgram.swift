// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import Subprocess
public import SystemPackage

/// The real `stemwatch` binary, as built beside the tests.
public enum StoryProgram {
    /// Of the build the tests are of, or what `STEMWATCH_PROGRAM` names: a release build, say.
    public static let path = getenv("STEMWATCH_PROGRAM").map { FilePath(platformString: $0) } ?? BuiltProduct.stemwatch

    public struct Outcome: Sendable {
        public let status: TerminationStatus
        public let output: String
        public let errors: String
    }

    /// Runs one command to its end.
    public static func run(
        _ arguments: [String], environment: [Environment.Key: String] = [:], in directory: FilePath? = nil
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(path), arguments: Arguments(arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { ($0.key, .some($0.value)) })),
            workingDirectory: directory, output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            status: result.terminationStatus, output: result.standardOutput, errors: result.standardError)
    }
}

/// A daemon that runs.
public struct StoryDaemon: Sendable {
    public let identifier: Int32
    /// What it logs.
    public let log: LineLog

    /// Sends a signal to the daemon alone, not to what it started.
    public func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits for a log line that has all of `parts`.
    /// - Throws: when the daemon ends without one, or the test's time is up.
    @discardableResult
    public func line(with parts: String...) async throws -> String {
        if let line = await log.first(where: { line in parts.allSatisfy(line.contains) }) { return line }
        throw StoryFailure(
            "the daemon, or the time, ended without a line with \(parts); it said:\n"
                + log.lines.joined(separator: "\n"))
    }
}

public struct StoryFailure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Starts the daemon, and runs `body` once it says `ready`; then ends it, if `body` did not.
/// - Parameter launcher: a program and its arguments that run the daemon in their place, as `nice` does; none by default.
/// - Returns: how it ended, and what `body` returned.
@discardableResult
public func withDaemon<R: Sendable>(
    _ configuration: FilePath, environment: [Environment.Key: String] = [:], launcher: [String] = [],
    awaitReady: Bool = true,
    _ body: @escaping @Sendable (StoryDaemon) async throws -> R
) async throws -> (status: TerminationStatus, value: R, log: [String]) {
    let log = LineLog()
    let line = launcher + [StoryProgram.path.string, "run", "--config", configuration.string]
    let result = try await Subprocess.run(
        .path(FilePath(line[0])), arguments: Arguments(Array(line.dropFirst())),
        environment: .inherit.updating(Dictionary(uniqueKeysWithValues: environment.map { ($0.key, .some($0.value)) })),
        input: .none, output: .discarded, error: .sequence
    ) { execution in
        let daemon = StoryDaemon(identifier: Int32(execution.processIdentifier.value), log: log)
        return try await withThrowingTaskGroup(of: R?.self) { group in
            group.addTask {
                for try await line in execution.standardError.strings() { log.append(line) }
                log.finish()
                return nil
            }
            group.addTask {
                defer { daemon.send(SIGTERM) }
                if awaitReady { try await daemon.line(with: "ready") }
                return try await body(daemon)
            }
            var value: R?
            for try await outcome in group { if let outcome { value = outcome } }
            return value
        }
    }
    let status = result.terminationStatus
    guard let value = result.takeClosureResult() else {
        throw StoryFailure("the daemon's story ended without an outcome")
    }
    return (status, value, log.lines)
}
