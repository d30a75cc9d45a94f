// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Subprocess
import TestKit
import Testing

/// A command and its required output, with a daemon and without: the contract with programs that drive Stemwatch.
struct CommandCase: Sendable, CustomTestStringConvertible {
    /// Placeholders for values of the scene: DELIVERED and REJECTED are jobs, SONG is the path of the first.
    let arguments: [String]
    var status: Int32 = 0
    /// The required members and their kinds; of each element, when it is an array.
    let members: [String: [Kind]]

    var testDescription: String { arguments.joined(separator: " ") }

    enum Kind: String {
        case null, bool, int, double, string, array, object

        init(_ value: JSONValue) {
            self =
                switch value {
                case .null: .null
                case .bool: .bool
                case .int: .int
                case .double: .double
                case .string: .string
                case .array: .array
                case .object: .object
                }
        }
    }

    static let job: [String: [Kind]] = [
        "job": [.string], "folder": [.string], "path": [.string], "state": [.string], "code": [.string, .null],
        "message": [.string, .null], "backend": [.string, .null], "minutes_ms": [.int, .null], "found_at": [.string],
        "updated_at": [.string], "output": [.string, .null],
    ]

    static let all = [
        CommandCase(
            arguments: ["status"], members: ["daemon": [.string], "jobs": [.object], "folders": [.array]]),
        CommandCase(arguments: ["jobs"], status: 6, members: job),
        CommandCase(
            arguments: ["jobs", "--state", "rejected", "--folder", "inbox", "--limit", "3"], status: 6, members: job),
        CommandCase(arguments: ["jobs", "--state", "held"], members: job),
        CommandCase(arguments: ["show", "DELIVERED"], members: job.merging(["history": [.array]]) { $1 }),
        CommandCase(
            arguments: ["why", "SONG"],
            members: [
                "path": [.string], "exists": [.bool], "verdict": [.string], "history": [.array], "job": [.object],
            ]),
        CommandCase(
            arguments: ["limits"],
            members: [
                "folder": [.string, .null], "limit": [.string], "allowed_ms": [.int], "used_ms": [.int, .null],
                "left_ms": [.int, .null], "renews_at": [.string, .null],
            ]),
        CommandCase(arguments: ["plan"], members: [:]),
        CommandCase(arguments: ["check"], members: ["file": [.string], "folders": [.array], "warnings": [.array]]),
        CommandCase(
            arguments: ["doctor"],
            members: ["about": [.string], "verdict": [.string], "message": [.string], "fix": [.string, .null]]),
        CommandCase(arguments: ["ledger", "verify"], members: ["sound": [.bool], "lines": [.int]]),
    ]

    /// Both forms of the output.
    func check(_ scene: AnsweringHome.Scene) async throws {
        let text = try await scene.run(arguments)
        #expect(text.status == .exited(status), "\(text)")
        #expect(text.output.count > 5 && !text.output.hasPrefix("{"), "\(text)")
        let (answer, status) = try await scene.ask(arguments)
        #expect(status == .exited(self.status))
        for value in answer.array ?? [answer] {
            for (name, kinds) in members {
                let kind = value[name].map(Kind.init)
                #expect(
                    kind.map(kinds.contains) == true, "\(name) is \(kind?.rawValue ?? "missing") in \(value.text())")
            }
        }
    }
}
