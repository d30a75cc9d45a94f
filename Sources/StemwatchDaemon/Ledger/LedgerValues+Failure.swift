// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

extension Failure {
    /// The remedy is written in one word, and what it depends on beside it.
    var ledgerMembers: [String: JSONValue] {
        var members: [String: JSONValue] = ["code": .string(code.rawValue), "message": .string(message)]
        if let hint { members["hint"] = .string(hint) }
        switch remedy {
        case .retry(let after):
            members["remedy"] = "retry"
            if let after { members["after_ms"] = .int(after.ledgerMilliseconds) }
        case .hold(let lift):
            members["remedy"] = "hold"
            switch lift {
            case .time(let time): members["until"] = .string(time.rfc3339)
            case .person: members["until"] = "person"
            case .surroundings: members["until"] = "surroundings"
            }
        case .reject: members["remedy"] = "reject"
        case .stop: members["remedy"] = "stop"
        }
        return members
    }

    init(ledger members: JSONMembers) throws(JSONProblem) {
        self.init(
            FailureCode(rawValue: try members.require("code", members.string("code"))),
            try members.require("message", members.string("message")), hint: try members.string("hint"),
            remedy: try Remedy(ledger: members))
    }

    /// From the member `failure` of a line.
    init(inLedger line: JSONMembers) throws(JSONProblem) {
        try self.init(ledger: line.require("failure", line.members("failure")))
    }
}

extension Remedy {
    /// A remedy of a newer version waits for a person: the one thing that can do no harm.
    fileprivate init(ledger members: JSONMembers) throws(JSONProblem) {
        switch try members.require("remedy", members.string("remedy")) {
        case "retry": self = .retry(after: try members.int("after_ms").map { .milliseconds($0) })
        case "reject": self = .reject
        case "stop": self = .stop
        case "hold":
            let until = try members.require("until", members.string("until"))
            self = .hold(
                until: WallTime(rfc3339: until).map(Lift.time) ?? (until == "surroundings" ? .surroundings : .person))
        default: self = .hold(until: .person)
        }
    }
}

extension Duration {
    /// Whole milliseconds, saturating.
    fileprivate var ledgerMilliseconds: Int64 {
        WallTime(milliseconds: 0).advanced(by: self).milliseconds
    }
}
