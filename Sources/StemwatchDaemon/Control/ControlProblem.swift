// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// A failure as scripts get it, from the control socket and from the command line.
public enum ControlProblem {
    public static func json(_ failure: Failure) -> JSONValue {
        [
            "code": .string(failure.code.rawValue), "message": .string(failure.message),
            "hint": failure.hint.map { .string($0) } ?? .null,
        ]
    }

    static func failure(_ json: JSONValue) -> Failure {
        Failure(
            FailureCode(rawValue: json["code"]?.string ?? FailureCode.controlProtocol.rawValue),
            json["message"]?.string ?? "the daemon refused, and did not say why", hint: json["hint"]?.string,
            remedy: .reject)
    }

    static func status(_ failure: Failure) -> Int {
        switch failure.code {
        case .jobUnknown, .folderMissing, .backendUnknown: 404
        case .jobState: 409
        case .controlProtocol: 400
        default: 500
        }
    }
}
