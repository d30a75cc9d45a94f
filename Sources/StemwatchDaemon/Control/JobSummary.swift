// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
package import Platform
import SystemPackage

/// A job as `jobs`, `show`, `why` and `ledger export` write it: all but the last few members are always there, `null`
/// where there is nothing to say.
package struct JobSummary: Codable, Sendable {
    package let job, folder, path: String
    package let state: String
    @Nullable private var code: String?
    @Nullable package var message: String?
    @Nullable package var hint: String?
    @Nullable package var backend: String?
    @Nullable package var milliseconds: Int64?
    package let foundAt, updatedAt: String
    /// Where its stems are.
    @Nullable package var output: String?
    @Nullable package var retryAt: String?
    private let step: String
    /// What ends its wait: a moment, `person` or `surroundings`.
    @Nullable package var until: String?
    private let attempts: Int
    @Nullable private var kind: String?
    @Nullable private var reserved: Int64?
    @Nullable private var charged: Int64?
    @Nullable private var reusedFrom: String?
    @Nullable private var disposal: String?
    @Nullable package var movedTo: String?
    /// The exact bytes of a name that is not UTF-8, which its text only resembles.
    package private(set) var exactPath: String?
    private var exactOutput: String?
    private var exactMovedTo: String?
    /// What is being done for a job in hand: `uploading`, `separating` or `downloading`.
    package private(set) var activity: String?
    /// 0…1 of that, beside it; `null` where it is not known.
    private var progress: Nullable<Double>?
    /// Everything that happened to it, for `show`.
    package var history: [HistoryEvent]?

    package var fraction: Double? { progress?.wrappedValue }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case job, folder, path, state, code, message, hint, backend
        case milliseconds = "minutes_ms"
        case foundAt = "found_at"
        case updatedAt = "updated_at"
        case output
        case retryAt = "retry_at"
        case step, until, attempts, kind
        case reserved = "reserved_ms"
        case charged = "charged_ms"
        case reusedFrom = "reused_from"
        case disposal
        case movedTo = "moved_to"
        case exactPath = "path_b64"
        case exactOutput = "output_b64"
        case exactMovedTo = "moved_to_b64"
        case activity, progress, history
    }

    package init(_ job: Job) { self.init(job, activity: nil) }

    init(_ job: Job, activity: Activity?) {
        self.job = job.id.rawValue
        folder = job.key.folder.rawValue
        state = job.state
        (code, message, hint) = (job.problem?.code.rawValue, job.problem?.message, job.problem?.hint)
        backend = job.backend?.rawValue
        milliseconds = job.facts?.duration.milliseconds
        (foundAt, updatedAt) = (job.foundAt.rfc3339, job.updatedAt.rfc3339)
        retryAt = Self.retryTime(job)?.rfc3339
        step = job.step.state.rawValue
        until = Self.until(job)
        attempts = job.attempts
        kind = job.facts?.kind
        (reserved, charged) = (job.reservation?.amount.milliseconds, job.spent?.milliseconds)
        reusedFrom = job.delivered?.reusedFrom?.rawValue
        disposal = job.disposal?.rawValue
        (path, exactPath) = Self.names(job.key.path)
        if let delivered = job.delivered { (output, exactOutput) = Self.names(delivered.output) }
        if let target = job.movedTo { (movedTo, exactMovedTo) = Self.names(target) }
        if let activity {
            self.activity = activity.kind.rawValue
            progress = Nullable(wrappedValue: activity.fraction)
        }
    }

    /// A path as text and, where it is not UTF-8, its bytes.
    private static func names(_ path: FilePath) -> (text: String, exact: String?) {
        let bytes = path.bytes
        if let text = String(validating: bytes, as: UTF8.self) { return (text, nil) }
        return (Printable(path).description, Base64.text(of: bytes))
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

    // As a spreadsheet has it (RFC 4180)

    /// The members that are always there, in the order of the table's columns.
    static let columns = CodingKeys.allCases.prefix { $0 != .exactPath }.map(\.rawValue)

    /// The first line of a table.
    package static let csvHeader = columns.joined(separator: ",") + "\r\n"

    /// The job as a line of it.
    package var csv: String {
        let members = JSONValue(encoding: self)
        return Self.columns.map { Self.field(members[$0] ?? .null) }.joined(separator: ",") + "\r\n"
    }

    private static func field(_ value: JSONValue) -> String {
        switch value {
        case .null: return ""
        case .string(let text):
            // A spreadsheet takes a field that begins like this for a formula.
            let guarded = text.utf8.first.map { "=+-@\t\r".utf8.contains($0) } ?? false ? "'" + text : text
            guard guarded.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return guarded }
            return "\"" + guarded.replacing("\"", with: "\"\"") + "\""
        default: return value.text()
        }
    }
}
