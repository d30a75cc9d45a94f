// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What the running daemon tells.
extension Engine {
    var reports: Reports {
        Reports(
            book: book, configuration: configuration, calendar: admission.meter.calendar, now: now(),
            activities: runs.compactMapValues(\.progress.activity))
    }

    /// - Parameter pending: files that settling has.
    func status(pending: Int) -> JSONValue {
        let folders = configuration.folders.map {
            FolderReport.json($0, runtime: self.folders[$0.name], isPaused: book.folders.isPaused($0.name))
        }
        return [
            "daemon": "running", "version": .string(StemwatchVersion.text), "pid": .int(Int64(ThisProcess.identifier)),
            "started_at": .string(startedAt.rfc3339),
            "jobs": reports.counts, "folders": .array(folders), "settling": .int(Int64(pending)),
            "trouble": ledgerTrouble.map(ControlProblem.json) ?? .null,
            "backends": .array(configuration.backends.keys.sorted { $0.rawValue < $1.rawValue }.map(backendReport)),
            "running": .array(runs.keys.sorted().compactMap(runReport)),
        ]
    }

    /// Whether somebody works on a job.
    func isInHand(_ job: Job?) -> Bool { job.map { runs[$0.id] != nil } ?? false }

    func activity(of job: Job?) -> Activity? { job.flatMap { runs[$0.id]?.progress.activity } }

    /// The job that a queued one waits for, whose audio is the same.
    func owner(ofTwin job: Job?) -> JobID? {
        job.flatMap { job in job.payKey.flatMap { claims.owner(for: job.id, $0) } }
    }

    private func backendReport(_ name: BackendName) -> JSONValue {
        var report: [String: JSONValue] = [
            "name": .string(name.rawValue), "slots": .int(Int64(admission.slots.limit(name))),
            "busy": .int(Int64(admission.slots.used(name))),
        ]
        if let cooldown = cooldowns[name], cooldown.closedUntil > now() {
            report["closed_until"] = .string(cooldown.closedUntil.rfc3339)
            if let reason = cooldown.reason { report["trouble"] = ControlProblem.json(reason) }
        }
        return .object(report)
    }

    private func runReport(_ id: JobID) -> JSONValue? {
        guard let job = book.job(id) else { return nil }
        let report: [String: JSONValue] = [
            "job": .string(id.rawValue), "folder": .string(job.key.folder.rawValue),
            "path": .string(Printable(job.key.path).description), "state": .string(job.state),
            "activity": .null, "progress": .null,
        ]
        return .object(report.merging(runs[id]?.progress.activity?.members ?? [:]) { $1 })
    }

    func limits() -> JSONValue { reports.limits(admission) }

    /// For the service manager's status line.
    func oneLine() -> String {
        let waiting = book.counts[.queued, default: 0]
        let attention = book.counts[.held, default: 0] + book.counts[.failed, default: 0]
        let activities = runs.keys.sorted().compactMap { runs[$0]?.progress.activity }
        return "\(runs.count) running\(Activity.line(of: activities)), \(waiting) queued, \(attention) need attention"
    }
}
