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
    func perform(_ item: WorkItem, for engine: Engine) async {
        await withTaskGroup { group in
            group.addTask { await attempt(item, for: engine) }
            group.addTask { await item.calledOff.wait() }
            await group.next()
            group.cancelAll()
        }
        await engine.runFinished(item)
    }

    private func attempt(_ item: WorkItem, for engine: Engine) async {
        let id = item.job.id
        do throws(Failure) {
            try await engine.ledger.durable(through: item.after)
            try await carryOut(item, for: engine)
        } catch {
            guard !Task.isCancelled else {
                log.debug("job stopped", metadata: ["job": "\(id)", "because": "\(error.code.rawValue)"])
                return
            }
            if item.kind == .clearAway {
                await engine.cleanupFailed(id, error)
            } else {
                await engine.stepFailed(id, await withoutHaste(error, item.job, engine))
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

    private func carryOut(_ item: WorkItem, for engine: Engine) async throws(Failure) {
        let job = item.job
        // Of a folder that left the configuration meanwhile, nothing goes on but what has to be cleared away.
        let folder = await engine.folders[job.key.folder]
        let pipeline = folder.map { JobPipeline(job, $0, engine, item.progress, log) }
        switch item.kind {
        case .examine:
            guard let folder else { return }
            let source = folder.source(of: job.key)
            let limits = folder.configuration.intake
            try await engine.examined(job.id, intake.examine(source, expecting: job.identity, limits: limits))
        case .separate: try await pipeline?.run()
        case .reuse(let earlier): try await pipeline?.reuse(from: earlier)
        case .finish: try await pipeline?.finish(job)
        case .clearAway:
            let cost = try await RemoteCleanup(job, engine).run(in: folder)
            try await engine.clearedAway(job.id, cost)
        }
    }
}
