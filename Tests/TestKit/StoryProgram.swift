// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import Subprocess
public import SystemPackage

/// The real binaries, as built beside the tests.
public enum StoryProgram {
    /// `stemwatch` of the same build as the tests, or the program that `STEMWATCH_PROGRAM` names, such as a release
    /// build.
    public static let path = named("STEMWATCH_PROGRAM") ?? BuiltProduct.stemwatch
    /// `stemlab`, likewise, or the program that `STEMLAB_PROGRAM` names.
    public static let service = named("STEMLAB_PROGRAM") ?? BuiltProduct.stemlab

    private static func named(_ variable: String) -> FilePath? {
        getenv(variable).map { FilePath(platformString: $0) }
    }

    public struct Outcome: Sendable {
        public let status: TerminationStatus
        public let output: String
        public let errors: String
    }

    /// Runs one command to its end.
    public static func run(
        _ arguments: [String], of program: FilePath = path, environment: [Environment.Key: String] = [:],
        in directory: FilePath? = nil
    ) async throws -> Outcome {
        let (output, errors) = (try OutputFile(), try OutputFile())
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: environment.map { ($0.key, .some($0.value)) })),
            workingDirectory: directory,
            output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
            error: .fileDescriptor(errors.descriptor, closeAfterSpawningProcess: false))
        return Outcome(
            status: result.terminationStatus, output: try output.text(), errors: try errors.text())
    }
}

/// A running daemon or service.
public struct StoryDaemon: Sendable {
    public let identifier: Int32
    /// Its log.
    public let log: LineLog

    /// Sends a signal to the daemon alone, not to its children.
    public func send(_ signal: Int32) { kill(identifier, signal) }

    /// Ends the process, even when it is stopped by a signal, and returns when it has ended.
    /// - Throws: when it had to be killed, after two minutes or at the test's time limit.
    fileprivate func end() async throws {
        if log.isOver { return }
        for signal in [SIGTERM, SIGCONT] { send(signal) }
        let ended = await withTaskGroup { group in
            group.addTask {
                await log.over()
                return log.isOver
            }
            group.addTask {
                // Ends early only at the test's time limit, and then the result is the same.
                try? await Task.sleep(for: .seconds(120))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        if ended { return }
        send(SIGKILL)
        throw StoryFailure(
            "the program did not end when it was told to; it said:\n" + log.lines.joined(separator: "\n"))
    }

    /// Waits for a log line that has all of `parts`.
    /// - Throws: when the daemon ends without one, or the test's time is up.
    @discardableResult
    public func line(with parts: String...) async throws -> String {
        if let line = await log.first(where: { line in parts.allSatisfy(line.contains) }) { return line }
        throw StoryFailure(
            "the program, or the time, ended without a line with \(parts); it said:\n"
                + log.lines.joined(separator: "\n"))
    }
}

public struct StoryFailure: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Starts the daemon, and runs `body` once it logs `ready`; then ends the daemon, if `body` did not.
/// - Parameter launcher: a program and its arguments that execute the daemon, as `nice` does; none by default.
/// - Returns: how it ended, what `body` returned, and what the daemon logged until it ended.
/// - Throws: what `body` throws, or that the daemon had to be killed.
@discardableResult
public func withDaemon<R: Sendable>(
    _ configuration: FilePath, environment: [Environment.Key: String] = [:], launcher: [String] = [],
    awaitReady: Bool = true,
    _ body: @escaping @Sendable (StoryDaemon) async throws -> R
) async throws -> (status: TerminationStatus, value: R, log: [String]) {
    try await withProgram(
        launcher + [StoryProgram.path.string, "run", "--config", configuration.string], environment: environment,
        awaitReady: awaitReady, body)
}

/// The same for the service, `stemlab serve`.
@discardableResult
public func withService<R: Sendable>(
    _ configuration: FilePath, awaitReady: Bool = true, _ body: @escaping @Sendable (StoryDaemon) async throws -> R
) async throws -> (status: TerminationStatus, value: R, log: [String]) {
    try await withProgram(
        [StoryProgram.service.string, "serve", "--config", configuration.string], environment: [:],
        awaitReady: awaitReady, body)
}

private func withProgram<R: Sendable>(
    _ line: [String], environment: [Environment.Key: String], awaitReady: Bool,
    _ body: @escaping @Sendable (StoryDaemon) async throws -> R
) async throws -> (status: TerminationStatus, value: R, log: [String]) {
    let output = try OutputPipe()
    let result = try await Subprocess.run(
        .path(FilePath(line[0])), arguments: Arguments(Array(line.dropFirst())),
        environment: .inherit.updating(Dictionary(uniqueKeysWithValues: environment.map { ($0.key, .some($0.value)) })),
        input: .none, output: .discarded, error: .fileDescriptor(output.writer, closeAfterSpawningProcess: true)
    ) { execution in
        let daemon = StoryDaemon(identifier: Int32(execution.processIdentifier.value), log: output.log)
        output.read(from: daemon.identifier)
        do {
            if awaitReady { try await daemon.line(with: "ready") }
            let value = try await body(daemon)
            try await daemon.end()
            return value
        } catch {
            // The first error is the one to report.
            try? await daemon.end()
            throw error
        }
    }
    return (result.terminationStatus, result.closureResult, output.log.lines)
}
