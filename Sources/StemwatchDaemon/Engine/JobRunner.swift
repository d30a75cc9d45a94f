// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
import Platform

/// Does what the engine decided for one job, and tells what came of it. It decides nothing.
public struct JobRunner: Sendable {
    let intake: Intake
    let log: Logger

    public init(intake: Intake = Intake(), log: Logger) {
        self.intake = intake
        self.log = log
    }

    /// Never throws: what goes wrong is told to the engine. A cancelled task leaves the job where the ledger has it.
    func perform(_ assignment: Assignment, for engine: Engine) async {
        await withTaskGroup { group in
            group.addTask { await attempt(assignment, for: engine) }
            group.addTask { await assignment.calledOff.wait() }
            await group.next()
            group.cancelAll()
        }
        await engine.ended(assignment)
    }

    private func attempt(_ assignment: Assignment, for engine: Engine) async {
        let id = assignment.job.id
        do throws(Failure) {
            try await engine.ledger.durable(through: assignment.after)
            try await carryOut(assignment, for: engine)
        } catch {
            guard !Task.isCancelled else {
                log.debug("job stopped", metadata: ["job": "\(id)", "because": "\(error.code.rawValue)"])
                return
            }
            if assignment.errand == .clearAway {
                await engine.clearingStumbled(id, error)
            } else {
                await engine.stumbled(id, await withoutHaste(error, assignment.job, engine))
            }
        }
    }

    /// A file whose folder is away is not gone: an unmounted share takes nothing out of the world.
    private func withoutHaste(_ failure: Failure, _ job: Job, _ engine: Engine) async -> Failure {
        guard failure.code == .sourceGone, await !engine.isCertainlyGone(job) else { return failure }
        return Failure(
            .folderMissing, "the folder of \(Printable(job.key.path)) is away, and the file with it",
            hint: "mount it; it goes on by itself", remedy: .hold(until: .surroundings))
    }

    private func carryOut(_ assignment: Assignment, for engine: Engine) async throws(Failure) {
        let job = assignment.job
        // Of a folder that left the configuration meanwhile, nothing goes on but what has to be cleared away.
        let folder = await engine.folders[job.key.folder]
        let journey = folder.map { Journey(job, $0, engine, assignment.gauge, log) }
        switch assignment.errand {
        case .examine:
            guard let folder else { return }
            let source = folder.source(of: job.key)
            let limits = folder.configuration.intake
            try await engine.examined(job.id, intake.examine(source, expecting: job.identity, limits: limits))
        case .separate: try await journey?.run()
        case .reuse(let earlier): try await journey?.reuse(from: earlier)
        case .finish: try await journey?.finish(job)
        case .clearAway:
            let cost = try await Clearing(job, engine).run(in: folder)
            try await engine.clearedAway(job.id, cost)
        }
    }
}
