// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform
import SystemPackage

/// A job as `jobs --json`, the control socket and the export show it. The keys are a contract: more may come, none goes.
/// A daemon adds `activity` (`uploading`, `separating`, `downloading`) and `progress` (0…1 or `null`) to a job it has in hand.
public enum JobSummary {
    /// What a table has as columns, in this order; all but the last few are in every object, `null` where there is nothing.
    public static let columns = [
        "job", "folder", "path", "state", "code", "message", "hint", "backend", "minutes_ms", "found_at", "updated_at",
        "output", "retry_at", "step", "until", "attempts", "kind", "reserved_ms", "charged_ms", "reused_from",
        "disposal",
        "moved_to",
    ]

    /// The job as an object with every one of columns; `path_b64` and `output_b64` beside them where a name is not UTF-8
    /// and the text only resembles it.
    public static func json(_ job: Job) -> JSONValue {
        var members: [String: JSONValue] = [
            "job": .string(job.id.rawValue), "folder": .string(job.key.folder.rawValue), "state": .string(job.state),
            "code": text(job.problem?.code.rawValue), "message": text(job.problem?.message),
            "hint": text(job.problem?.hint), "backend": text(job.backend?.rawValue),
            "minutes_ms": number(job.facts?.duration.milliseconds), "found_at": .string(job.foundAt.rfc3339),
            "updated_at": .string(job.updatedAt.rfc3339), "retry_at": text(retryTime(job)?.rfc3339),
            "step": .string(job.step.state.rawValue), "until": text(until(job)), "attempts": .int(Int64(job.attempts)),
            "kind": text(job.facts?.kind), "reserved_ms": number(job.reservation?.amount.milliseconds),
            "charged_ms": number(job.spent?.milliseconds), "disposal": text(job.disposal?.rawValue),
            "reused_from": text(job.delivered?.reusedFrom?.rawValue),
        ]
        add(job.key.path, "path", to: &members)
        add(job.delivered?.output, "output", to: &members)
        add(job.movedTo, "moved_to", to: &members)
        return .object(members)
    }

    /// The first line of a table.
    public static let csvHeader = columns.joined(separator: ",") + "\r\n"

    /// The job as a line of it (RFC 4180).
    public static func csv(_ job: Job) -> String {
        let object = json(job)
        return columns.map { field(object[$0] ?? .null) }.joined(separator: ",") + "\r\n"
    }

    private static func field(_ value: JSONValue) -> String {
        switch value {
        case .null: return ""
        case .string(let text):
            // A spreadsheet takes a field that begins like this for a formula.
            let guarded = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false ? "'" + text : text
            guard guarded.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return guarded }
            return "\"" + guarded.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
                + "\""
        default: return value.text()
        }
    }

    private static func add(_ path: FilePath?, _ name: String, to members: inout [String: JSONValue]) {
        guard let path else { return members[name] = .null }
        let exact = pathMember(name, path)
        members = members.with(exact)
        if exact[name] == nil { members[name] = .string(Printable(path).description) }
    }

    private static func retryTime(_ job: Job) -> WallTime? {
        guard job.ending == nil else { return nil }
        switch job.wait {
        case .deferred(_, _, let retryAt): return retryAt
        case .held(let failure):
            if case .hold(.time(let time)) = failure.remedy { return time }
            return nil
        case nil: return nil
        }
    }

    private static func until(_ job: Job) -> String? {
        guard job.ending == nil, case .held(let failure) = job.wait, case .hold(let lift) = failure.remedy else {
            return nil
        }
        switch lift {
        case .time(let time): return time.rfc3339
        case .person: return "person"
        case .surroundings: return "surroundings"
        }
    }

    private static func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    private static func number(_ value: Int64?) -> JSONValue { value.map(JSONValue.int) ?? .null }
}
