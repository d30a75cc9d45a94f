// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import SystemPackage
import TestKit
import Testing

/// A mistake at the command line, and the required message: the thing, the value, what to do.
struct Mistake: Sendable, CustomTestStringConvertible {
    let title: String
    /// `HOME` in them is a directory of the mistake's own.
    let arguments: [String]
    let status: Int32
    /// Parts of the message; `HOME` as above.
    let message: [String]
    /// The content of `HOME/stemwatch.yaml`; `nil`: it does not exist.
    var configuration: String? = good
    var prepare: @Sendable (TemporaryDirectory) async throws -> Void = { _ in }

    var testDescription: String { title }

    static let good = "state_dir: HOME/state\nfolders: [{path: HOME/inbox}]\n"

    /// Makes it, as a person.
    func make() async throws {
        let home = TemporaryDirectory()
        let outcome = try await run(in: home)
        #expect(outcome.output.isEmpty, "\(outcome)")
        for part in message {
            let part = part.replacing("HOME", with: home.path.string)
            #expect(outcome.errors.contains(part), "'\(part)' is not in: \(outcome.errors)")
        }
    }

    /// Makes it as a script does, which always reads one document from standard output.
    func makeInScript() async throws {
        let outcome = try await run(["--json"], in: TemporaryDirectory())
        let answer = try JSONValue(parsing: outcome.output.utf8)
        let error = try #require(answer["error"], "\(outcome)")
        #expect(error["code"]?.string?.contains(".") == true, "\(outcome)")
        #expect(error["message"]?.string?.isEmpty == false, "\(outcome)")
        #expect(error["hint"] != nil, "\(outcome)")
    }

    private func run(_ more: [String] = [], in home: TemporaryDirectory) async throws -> StoryProgram.Outcome {
        home("inbox").makeDirectory()
        if let configuration {
            try home("stemwatch.yaml").write(configuration.replacing("HOME", with: home.path.string))
        }
        try await prepare(home)
        let words = arguments.map { $0.replacing("HOME", with: home.path.string) }
        let outcome = try await StoryProgram.run(words + more, in: home.path)
        #expect(outcome.status == .exited(status), "\(outcome)")
        return outcome
    }
}
