// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The whole life of one file: where it stands now, and every job there ever was for it.
enum WhyReport {
    /// - Parameters:
    ///   - jobs: the jobs of that path with their events, the oldest first.
    ///   - pending: what settling says of it, where a daemon runs.
    ///   - isPaused: nothing new is begun in its folder.
    static func json(
        _ path: FilePath, _ configuration: Configuration, current: Job?, history: [JSONValue], pending: PendingFile?,
        isRunning: Bool, isPaused: Bool = false
    ) async -> JSONValue {
        let sighting = Sighting(path, configuration)
        let status: FileStatus?
        var trouble: String?
        do throws(Failure) {
            status = try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(path) }
        } catch {
            status = nil
            trouble = error.message
        }
        var report = sighting.json(path, status, configuration)
        if let trouble { report["verdict"] = .string("it cannot be looked at: \(trouble)") }
        report["history"] = .array(history)
        if let current { report["job"] = JobSummary.json(current) }
        if let pending { report["verdict"] = .string("it " + pending.sentence) }
        if report["verdict"] == nil {
            report["verdict"] = .string(verdict(of: current, isRunning: isRunning, isPaused: isPaused))
        }
        return .object(report)
    }

    private static func verdict(of job: Job?, isRunning: Bool, isPaused: Bool) -> String {
        guard let job else {
            return isRunning
                ? "it is not known yet: the next scan finds it (stemwatch rescan looks now)"
                : "it is not in the ledger, and no daemon runs that could find it"
        }
        if let problem = job.problem { return "it is \(job.state): \(problem.message)" }
        if job.step < .submitting, isPaused {
            return "it waits: folder \(job.key.folder) is paused (stemwatch resume \(job.key.folder) goes on)"
        }
        if !job.isOver, !isRunning { return "it is \(job.state), and no daemon runs that could go on with it" }
        switch job.step {
        case .found: return "it is found, and about to be examined"
        case .queued: return "it is queued: sound, and waiting for its turn"
        case .submitting, .submitted, .separating:
            return "it is \(job.state): being separated by \(job.backend ?? .builtin)"
        case .returning: return "it is returning: its stems are being checked and delivered"
        case .delivered, .released: return "it is done: its stems are delivered"
        }
    }
}
