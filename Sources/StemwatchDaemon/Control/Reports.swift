// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What can be told of a job book and a configuration: by the daemon from its memory, without it from the ledger's file.
struct Reports: Sendable {
    let book: JobBook
    let configuration: Configuration
    let calendar: CivilCalendar
    let now: WallTime
    /// What is being done for jobs in hand.
    var activities: [JobID: Activity] = [:]

    /// The jobs a filter holds, the newest last.
    func jobs(_ filter: JobFilter) -> JSONValue {
        let found = book.jobs.filter(filter.holds)
        return .array(found.suffix(filter.limit ?? found.count).map(summary))
    }

    /// - Throws: `job.unknown`.
    func job(_ id: JobID) throws(Failure) -> JSONValue {
        guard let job = book.job(id) else {
            throw Failure(.jobUnknown, "there is no job \(id)", hint: "stemwatch jobs lists them", remedy: .reject)
        }
        return summary(job)
    }

    private func summary(_ job: Job) -> JSONValue {
        let summary = JobSummary.json(job)
        guard let activity = activities[job.id], let members = summary.object else { return summary }
        return .object(members.merging(activity.members) { $1 })
    }

    /// How many jobs are in each state.
    var counts: JSONValue {
        .object(Dictionary(uniqueKeysWithValues: book.counts.map { ($0.key.rawValue, .int(Int64($0.value))) }))
    }

    /// Every minute limit with what is used of it.
    func limits(_ admission: Admission) -> JSONValue {
        .array(
            admission.budget.usage(meter: admission.meter, now: now).map { usage in
                [
                    "folder": usage.folder.map { .string($0.rawValue) } ?? .null,
                    "limit": .string(usage.key),
                    "allowed_ms": .int(usage.allowed.milliseconds),
                    "used_ms": usage.used.map { .int($0.milliseconds) } ?? .null,
                    "left_ms": usage.used.map { .int(max(0, (usage.allowed - $0).milliseconds)) } ?? .null,
                    "renews_at": usage.renewsAt.map { .string($0.rfc3339) } ?? .null,
                    "renews": usage.renewsAt.map { .string(calendar.text($0)) } ?? .null,
                ]
            })
    }
}
