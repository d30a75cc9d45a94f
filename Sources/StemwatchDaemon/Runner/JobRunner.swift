// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// Does what the engine decided for one job, and returns what came of it. It decides nothing.
struct JobRunner: Sendable {
    let reporting: any JobReporting
    var intake = Intake()
    let log: Logger

    init(_ reporting: any JobReporting, log: Logger) {
        self.reporting = reporting
        self.log = log
    }

    /// - Throws: the failure of a step. When the task is cancelled, the job stays at its step in the ledger.
    func perform(_ item: WorkItem) async throws(Failure) -> WorkOutcome {
        if case .clearAway = item.kind { return .clearedAway(try await RemoteCleanup(item).run()) }
        guard let folder = item.folder else { return .done }
        let pipeline = JobPipeline(item, folder, reporting, log)
        switch item.kind {
        case .examine:
            let source = folder.source(of: item.job.key)
            return .examined(try await intake.examine(source, expecting: item.job.identity, limits: folder.intake))
        case .separate: return try await pipeline.run()
        case .reuse(let earlier): return try await pipeline.reuse(earlier)
        case .finish, .clearAway: return try await pipeline.finish(item.job)
        }
    }
}
