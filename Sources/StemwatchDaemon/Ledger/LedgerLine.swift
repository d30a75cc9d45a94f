// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform

/// One entry as one line of the ledger, as `docs/ledger.md` describes it. A file format: written by hand, never derived.
public enum LedgerLine {
    /// What this program writes, and the only one that it reads: what a higher one means, nobody here can know.
    public static let version: Int64 = 1

    /// The line, with its line feed.
    public static func bytes(of entry: LedgerEntry) -> [UInt8] {
        if case .unknown(_, let line) = entry.event { return line + [UInt8(ascii: "\n")] }
        let content = content(of: entry.event)
        var members = content.members
        members["v"] = .int(version)
        members["seq"] = .int(Int64(clamping: entry.sequence))
        members["at"] = .string(entry.at.rfc3339)
        members["event"] = .string(content.name)
        if let job = entry.job { members["job"] = .string(job.rawValue) }
        return JSONValue.object(members).bytes() + [UInt8(ascii: "\n")]
    }

    /// The entry in a line without its line feed. Unknown keys are passed over; an unknown event is kept as it is.
    /// - Throws: for a line that this or any older version could not have written; see ``isNewer(_:)``.
    public static func entry(from line: UnsafeRawBufferPointer) throws(JSONProblem) -> LedgerEntry {
        let members = try JSONMembers(parsing: line)
        let version = try members.require("v", members.int("v"))
        guard version == Self.version else {
            throw JSONProblem("v: \(version), where this Stemwatch knows \(Self.version)")
        }
        let sequence = try members.require("seq", members.int("seq"))
        guard sequence > 0 else { throw JSONProblem("seq: not positive") }
        let at = try members.require("at", members.time("at"))
        let name = try members.require("event", members.string("event"))
        let job = try members.job("job")
        if let event = try event(name, members, job: job, at: at) {
            return LedgerEntry(sequence: UInt64(sequence), at: at, job: job, event: event)
        }
        return LedgerEntry(
            sequence: UInt64(sequence), at: at, job: job, event: .unknown(name: name, line: Array(line)))
    }

    /// Whether a newer Stemwatch wrote a line: it cannot be read here, and nothing is wrong with it.
    static func isNewer(_ line: UnsafeRawBufferPointer) -> Bool {
        // A line that cannot be read at all says nothing of its version.
        guard let version = try? JSONMembers(parsing: line).int("v") else { return false }
        return version > Self.version
    }

    /// The word for an event in the ledger.
    static func name(of event: LedgerEvent) -> String { content(of: event).name }

    /// What a line has of an event itself.
    private static func content(of event: LedgerEvent) -> (name: String, members: [String: JSONValue]) {
        switch event {
        case .found(let key, let identity):
            return ("found", key.ledgerMembers.with(identity.ledgerMembers))
        case .queued(let facts, let backend, let settings):
            let members: [String: JSONValue] = [
                "track": .object(facts.ledgerMembers), "backend": .string(backend.rawValue),
                "settings": .string(settings),
            ]
            return ("queued", members)
        case .held(let failure): return ("held", ["failure": .object(failure.ledgerMembers)])
        case .rejected(let failure): return ("rejected", ["failure": .object(failure.ledgerMembers)])
        case .failed(let failure): return ("failed", ["failure": .object(failure.ledgerMembers)])
        case .cancelled(let failure): return ("cancelled", ["failure": .object(failure.ledgerMembers)])
        case .deferred(let failure, let attempt, let retryAt):
            let members: [String: JSONValue] = [
                "failure": .object(failure.ledgerMembers), "attempt": .int(Int64(attempt)),
                "retry_at": .string(retryAt.rfc3339),
            ]
            return ("deferred", members)
        case .resumed(let by, let anew, let repay):
            var members: [String: JSONValue] = ["by": .string(by.rawValue)]
            if anew { members["anew"] = true }
            if repay { members["repay"] = true }
            return ("resumed", members)
        case .submitting(let attempt, let reserved):
            return ("submitting", ["attempt": .int(Int64(attempt)), "reserved_ms": .int(reserved.milliseconds)])
        case .checkpoint(let checkpoint): return ("checkpoint", checkpoint.ledgerMembers)
        case .submitted(let remote): return ("submitted", ["handle": .string(remote.handle)])
        case .separating: return ("separating", [:])
        case .returning(let charged): return ("returning", ["charged_ms": .int(charged.milliseconds)])
        case .delivered(let delivered): return ("delivered", delivered.ledgerMembers)
        case .disposed(let how, let to):
            return ("disposed", (to.map { pathMember("to", $0) } ?? [:]).with(["how": .string(how.rawValue)]))
        case .released: return ("released", [:])
        case .refunded: return ("refunded", [:])
        case .snapshot(let job): return ("snapshot", job.ledgerMembers)
        case .watched(let folder): return ("watched", members(folder))
        case .paused(let folder): return ("paused", members(folder))
        case .unpaused(let folder): return ("unpaused", members(folder))
        case .unknown(let name, _): return (name, [:])
        }
    }

    private static func members(_ folder: FolderName?) -> [String: JSONValue] {
        folder.map { ["folder": .string($0.rawValue)] } ?? [:]
    }

    /// `nil` for an event that this version does not know.
    private static func event(
        _ name: String, _ line: JSONMembers, job: JobID?, at: WallTime
    ) throws(JSONProblem) -> LedgerEvent? {
        switch name {
        case "found":
            _ = try line.require("job", job)
            return .found(key: try FileKey(ledger: line), identity: try FileIdentity(ledger: line))
        case "snapshot":
            return .snapshot(try Job(ledger: line, id: try line.require("job", job), at: at))
        case "watched":
            return .watched(FolderName(rawValue: try line.require("folder", line.string("folder"))))
        case "paused": return .paused(try line.string("folder").map(FolderName.init(rawValue:)))
        case "unpaused": return .unpaused(try line.string("folder").map(FolderName.init(rawValue:)))
        default:
            guard let event = try change(name, line) else { return nil }
            _ = try line.require("job", job)
            return event
        }
    }

    private static func change(_ name: String, _ line: JSONMembers) throws(JSONProblem) -> LedgerEvent? {
        switch name {
        case "queued":
            .queued(
                facts: try TrackFacts(ledger: line.require("track", line.members("track"))),
                backend: BackendName(rawValue: try line.require("backend", line.string("backend"))),
                settings: try line.require("settings", line.string("settings")))
        case "held": .held(try Failure(inLedger: line))
        case "deferred":
            .deferred(
                try Failure(inLedger: line), attempt: Int(try line.require("attempt", line.int("attempt"))),
                retryAt: try line.require("retry_at", line.time("retry_at")))
        case "resumed":
            .resumed(
                by: ResumeReason(rawValue: try line.require("by", line.string("by"))),
                anew: try line.bool("anew") ?? false, repay: try line.bool("repay") ?? false)
        case "submitting":
            .submitting(
                attempt: Int(try line.require("attempt", line.int("attempt"))),
                reserved: try line.require("reserved_ms", line.duration("reserved_ms")))
        case "checkpoint": .checkpoint(try Checkpoint(ledger: line))
        case "submitted": .submitted(RemoteJob(handle: try line.require("handle", line.string("handle"))))
        case "separating": .separating
        case "returning": .returning(charged: try line.require("charged_ms", line.duration("charged_ms")))
        case "delivered": .delivered(try Delivered(ledger: line))
        case "disposed":
            .disposed(
                how: Disposal(rawValue: try line.require("how", line.string("how"))), to: try line.path("to", "to_b64"))
        case "released": .released
        case "rejected": .rejected(try Failure(inLedger: line))
        case "failed": .failed(try Failure(inLedger: line))
        case "cancelled": .cancelled(try Failure(inLedger: line))
        case "refunded": .refunded
        default: nil
        }
    }
}
