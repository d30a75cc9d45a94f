// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// The whole state of a job: what a snapshot line holds besides the members of every line.
extension Job {
    var ledgerMembers: [String: JSONValue] {
        var members = key.ledgerMembers.with(identity.ledgerMembers).with(uncommonMembers)
        members["found_at"] = .string(foundAt.rfc3339)
        members["updated_at"] = .string(updatedAt.rfc3339)
        members["step"] = .string(step.state.rawValue)
        members["track"] = facts.map { .object($0.ledgerMembers) }
        members["backend"] = (backend?.rawValue).map(JSONValue.string)
        members["settings"] = settings.map(JSONValue.string)
        members["charge"] = charge.map { .object($0.ledgerMembers) }
        members["delivered"] = delivered.map { .object($0.ledgerMembers) }
        members["disposal"] = (disposal?.rawValue).map(JSONValue.string)
        return members
    }

    /// What most jobs that are over do not have.
    var uncommonMembers: [String: JSONValue] {
        var members = movedTo.map { pathMember("to", $0) } ?? [:]
        members["wait"] = wait?.ledgerValue
        members["ending"] = ending?.ledgerValue
        if attempts != 0 { members["attempts"] = .int(Int64(attempts)) }
        members["troubled_since"] = (troubledSince?.rfc3339).map(JSONValue.string)
        members["reservation"] = reservation.map { .object($0.ledgerMembers) }
        if !writtenOff.isEmpty { members["written_off"] = .array(writtenOff.map { .object($0.ledgerMembers) }) }
        if startsOver { members["anew"] = true }
        if repayAllowed { members["repay"] = true }
        members["checkpoint"] = checkpoint.map { .object($0.ledgerMembers) }
        members["handle"] = (remote?.handle).map(JSONValue.string)
        return members
    }

    init(ledger line: JSONMembers, id: JobID, at: WallTime) throws(JSONProblem) {
        self.init(
            id: id, key: try FileKey(ledger: line), identity: try FileIdentity(ledger: line),
            foundAt: try line.require("found_at", line.time("found_at")))
        updatedAt = try line.require("updated_at", line.time("updated_at"))
        let step = try line.require("step", line.string("step"))
        self.step = try line.require("step", JobState(rawValue: step)?.step)
        if let track = try line.members("track") { facts = try TrackFacts(ledger: track) }
        backend = try line.string("backend").map(BackendName.init(rawValue:))
        settings = try line.string("settings")
        if let charge = try line.members("charge") { self.charge = try Spending(ledger: charge) }
        if let delivered = try line.members("delivered") { self.delivered = try Delivered(ledger: delivered) }
        disposal = try line.string("disposal").map(Disposal.init(rawValue:))
        try readUncommon(from: line)
    }

    /// Takes over what ``uncommonMembers`` wrote.
    mutating func readUncommon(from line: JSONMembers) throws(JSONProblem) {
        if let wait = try line.members("wait") { self.wait = try JobWait(ledger: wait) }
        if let ending = try line.members("ending") { self.ending = try JobEnding(ledger: ending) }
        attempts = Int(try line.int("attempts") ?? 0)
        troubledSince = try line.time("troubled_since")
        if let reservation = try line.members("reservation") { self.reservation = try Spending(ledger: reservation) }
        try line["written_off"]?.forEach { (spending) throws(JSONProblem) in
            writtenOff.append(try Spending(ledger: spending.members()))
        }
        startsOver = try line.bool("anew") ?? false
        repayAllowed = try line.bool("repay") ?? false
        if let checkpoint = try line.members("checkpoint") { self.checkpoint = try Checkpoint(ledger: checkpoint) }
        remote = try line.string("handle").map(RemoteJob.init(handle:))
        movedTo = try line.path("to", "to_b64")
    }
}

extension JobWait {
    fileprivate var ledgerValue: JSONValue {
        switch self {
        case .held(let failure):
            ["kind": "held", "failure": .object(failure.ledgerMembers)]
        case .deferred(let failure, let attempt, let retryAt):
            [
                "kind": "deferred", "failure": .object(failure.ledgerMembers), "attempt": .int(Int64(attempt)),
                "retry_at": .string(retryAt.rfc3339),
            ]
        }
    }

    fileprivate init(ledger members: JSONMembers) throws(JSONProblem) {
        let failure = try Failure(inLedger: members)
        switch try members.require("kind", members.string("kind")) {
        case "held": self = .held(failure)
        case "deferred":
            self = .deferred(
                failure, attempt: Int(try members.require("attempt", members.int("attempt"))),
                retryAt: try members.require("retry_at", members.time("retry_at")))
        default: throw JSONProblem("wait: unknown kind")
        }
    }
}

extension JobEnding {
    fileprivate var ledgerValue: JSONValue {
        let (kind, failure) =
            switch self {
            case .rejected(let failure): ("rejected", failure)
            case .failed(let failure): ("failed", failure)
            case .cancelled(let failure): ("cancelled", failure)
            }
        return ["kind": .string(kind), "failure": .object(failure.ledgerMembers)]
    }

    fileprivate init(ledger members: JSONMembers) throws(JSONProblem) {
        let failure = try Failure(inLedger: members)
        switch try members.require("kind", members.string("kind")) {
        case "rejected": self = .rejected(failure)
        case "failed": self = .failed(failure)
        case "cancelled": self = .cancelled(failure)
        default: throw JSONProblem("ending: unknown kind")
        }
    }
}
