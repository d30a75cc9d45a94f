// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// How a failure travels over the control socket.
enum ControlProblem {
    static func json(_ failure: Failure) -> JSONValue {
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
        case .jobUnknown, .folderMissing: 404
        case .jobState: 409
        case .controlProtocol: 400
        default: 500
        }
    }
}
