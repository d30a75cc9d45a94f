// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform

/// Handing out work, and taking it back.
extension Engine {
    /// Does what was decided for one job. It decides nothing itself.
    typealias Perform = @Sendable (WorkItem) async throws(Failure) -> WorkOutcome

    /// Runs jobs until cancelled. Each running job is a child task; cancelling this cancels them all.
    func run(_ perform: @escaping Perform) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                fireDueTimers()
                for item in assign() {
                    group.addTask { await self.runFinished(item, self.carryOut(item, perform)) }
                }
                await wait()
            }
        }
    }

    private func wait() async {
        if let next = [timers.next, cooldowns.next(after: now())].compactMap(\.self).min() {
            // A wall clock may jump: look again every minute at least.
            await wakeup.wait(until: .now + max(.zero, min(next.since(now()), .seconds(60))))
        } else {
            await wakeup.wait()
        }
    }

    /// Performs an item once its decision is on disk. Stops it when the job is called off.
    nonisolated private func carryOut(_ item: WorkItem, _ perform: @escaping Perform) async -> WorkOutcome {
        await withTaskGroup(of: WorkOutcome?.self) { group in
            group.addTask { await self.attempt(item, perform) }
            group.addTask {
                await item.calledOff.wait()
                return nil
            }
            var outcome: WorkOutcome?
            for await ended in group {
                outcome = outcome ?? ended
                group.cancelAll()
            }
            return outcome ?? .stopped
        }
    }

    nonisolated private func attempt(_ item: WorkItem, _ perform: Perform) async -> WorkOutcome {
        do throws(Failure) {
            try await ledger.durable(through: item.after)
            return try await perform(item)
        } catch {
            guard Task.isCancelled else { return .failed(error) }
            log.debug("job stopped", metadata: ["job": "\(item.job.id)", "because": "\(error.code.rawValue)"])
            return .stopped
        }
    }

    /// Everything that can begin now.
    func assign() -> [WorkItem] {
        guard ledgerTrouble == nil else { return [] }
        var items: [WorkItem] = []
        for queue in queues.occupied {
            while hasRoom(queue), let id = queues.next(in: queue) {
                guard let job = book.job(id), !job.isOver, let kind = decide(job, in: queue) else { continue }
                let item = WorkItem(
                    job: book.job(id) ?? job, kind: kind, queue: queue,
                    folder: folders[job.key.folder]?.configuration, backend: backend(of: job), after: book.sequence)
                runs[id] = item
                items.append(item)
            }
        }
        return items
    }

    private func hasRoom(_ queue: WorkQueue) -> Bool {
        let used = runs.values.count { $0.queue == queue }
        return switch queue {
        case .intake: used < configuration.intakeSlots
        case .finishing: used < 4
        case .backend(let name):
            cooldowns.isOpen(name, at: now())
                && (admission.slots.free(name) > 0 || configuration.backends[name] == nil)
        }
    }

    /// What is to be done for a job whose turn it is; `nil` when it is to wait after all, which is recorded.
    private func decide(_ job: Job, in queue: WorkQueue) -> WorkKind? {
        if job.isToBeCleared || job.startsOver { return .clearAway }
        switch (queue, job.step) {
        case (.intake, _): return .examine
        case (.finishing, .queued): return reusableStems(for: job).map { .reuse($0) }
        case (.finishing, _): return .finish
        case (.backend(let name), _) where backends[name] == nil:
            hold(job, .noBackend(name))
            return nil
        case (.backend, .queued): return admit(job)
        case (.backend(let name), _): return readmit(job, at: name)
        }
    }

    /// A runner has finished its work for a job. Frees the slot, and schedules what comes next.
    private func runFinished(_ item: WorkItem, _ outcome: WorkOutcome) async {
        let id = item.job.id
        conclude(item, await allowingForUnmount(outcome, item))
        runs[id] = nil
        if case .backend(let name) = item.queue { admission.slots.give(back: name, of: id) }
        admission.claims.drop(id)
        wakeDuplicates(of: id)
        schedule(id)
        wakeup.wake()
    }

    /// A file whose folder is away does not count as gone: the share may only be unmounted.
    private func allowingForUnmount(_ outcome: WorkOutcome, _ item: WorkItem) async -> WorkOutcome {
        if case .clearAway = item.kind { return outcome }
        guard case .failed(let failure, .asBefore) = outcome, failure.code == .sourceGone,
            await !isCertainlyGone(item.job)
        else { return outcome }
        return .failed(
            Failure(
                .folderMissing, "the folder of \(Printable(item.job.key.path)) is away, and the file with it",
                hint: "mount it; it goes on by itself", remedy: .hold(until: .surroundings)))
    }
}
