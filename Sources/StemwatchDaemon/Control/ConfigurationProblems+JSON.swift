// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import Settings

extension ConfigurationProblem {
    /// For scripts: `line` and `column` are `null` where it is about the file as a whole.
    public var json: JSONValue {
        [
            "file": .string(Printable(file).description), "line": mark.map { .int(Int64($0.line)) } ?? .null,
            "column": mark.map { .int(Int64($0.column)) } ?? .null, "weight": .string("\(weight)"),
            "message": .string(message), "hint": hint.map { .string($0) } ?? .null,
        ]
    }
}

extension ConfigurationProblems {
    /// As any failure, with every problem in `problems`.
    public var json: JSONValue {
        var members = ControlProblem.json(failure).object ?? [:]
        members["problems"] = .array(problems.map(\.json))
        return .object(members)
    }
}
