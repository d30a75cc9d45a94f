// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// What the log last said of each job that is not over: a thing is logged once.
struct JobLog {
    private var lastReported: [JobID: String] = [:]

    mutating func report(_ job: Job, to log: Logger) {
        let isTriedAgain = if case .deferred = job.wait { job.ending == nil } else { false }
        let state = isTriedAgain ? "\(job.state), tried again by itself" : job.state
        let report = "\(state)\(job.problem.map { ": \($0.message)" } ?? "")"
        guard lastReported[job.id] != report else { return }
        lastReported[job.id] = job.isOver ? nil : report
        let level: Logger.Level =
            switch job.standing {
            case .rejected, .held: .warning
            case .failed: .error
            case .found, .delivered, .cancelled: .info
            case .queued, .submitting, .submitted, .separating, .returning, .released: isTriedAgain ? .warning : .debug
            }
        log.log(
            level: level, "\(report)",
            metadata: ["job": "\(job.id)", "folder": "\(job.key.folder)", "path": "\(Printable(job.key.path))"])
    }
}
