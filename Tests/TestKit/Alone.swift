// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Subprocess
import SystemPackage
public import Testing

/// Runs a test in a process of its own, since it changes state of the whole process, such as its user.
///
/// The exit tests of Swift Testing do not work here: they wait for any child, and hang while another test's child is a
/// zombie.
public struct Alone: TestTrait, TestScoping {
    private static let variable: Environment.Key = "STEMWATCH_TEST_ALONE"

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        if getenv(Self.variable.rawValue) != nil { return try await function() }
        let output = try OutputFile()
        // A pattern that matches only this test, whatever characters its name has.
        let name = String(test.name.map { $0.isLetter || $0.isNumber ? $0 : "." })
        let result = try await Subprocess.run(
            .path("/proc/self/exe"), arguments: ["--testing-library", "swift-testing", "--filter", name],
            environment: .inherit.updating([Self.variable: "1"]),
            output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
            error: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false))
        let text = try output.text()
        if !result.terminationStatus.isSuccess || !text.contains("Test run with 1 test ") {
            Issue.record("\(result.terminationStatus) alone:\n\(text)", sourceLocation: test.sourceLocation)
        }
    }
}

extension Trait where Self == Alone {
    /// Runs the test in a process of its own.
    public static var alone: Self { Alone() }
}
