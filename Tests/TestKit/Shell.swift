// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Subprocess
public import SystemPackage

/// Runs real programs, as a user would at a terminal.
public enum Shell {
    /// Runs a script with `sh -e` in a directory.
    /// - Parameter arguments: `$1`, `$2`, … of the script.
    /// - Returns: how it ended. The test decides whether a failed script is an error.
    @discardableResult
    public static func run(
        _ script: String, _ arguments: [FilePath] = [], in directory: FilePath
    ) async throws -> TerminationStatus {
        try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(["-e", "-c", script, "sh"] + arguments.map(\.string)),
            workingDirectory: directory, output: .discarded,
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ).terminationStatus
    }

    /// Whether a script ends with 0.
    public static func succeeds(_ script: String, _ arguments: [FilePath] = [], in directory: FilePath) async throws
        -> Bool
    {
        try await run(script, arguments, in: directory).isSuccess
    }
}

extension TerminationStatus {
    /// Throws unless the program ended with 0.
    public func requireSuccess() throws {
        if !isSuccess { throw Failed(status: self) }
    }

    private struct Failed: Error {
        let status: TerminationStatus
    }
}
