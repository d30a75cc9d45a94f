// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Handing out work, and taking it back.
extension Engine {
    /// Runs jobs until cancelled: the daemon's heart. Each job in hand is a child task; cancelling this cancels them all.
    /// - Parameter runner: does what was decided; tells the engine what came of it.
    func run(_ runner: JobRunner) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                fireDueTimers()
                for item in assign() {
                    group.addTask { await runner.perform(item, for: self) }
                }
                await wait()
            }
        }
    }

    private func wait() async {
        if let next = earliestWake() {
            // A wall clock may jump: look again every minute at least.
            await wakeup.wait(until: .now + max(.zero, min(next.since(now()), .seconds(60))))
        } else {
            await wakeup.wait()
        }
    }

    private func earliestWake() -> WallTime? {
        let cooldown = cooldowns.values.map(\.closedUntil).filter { $0 > now() }.min()
        return [timers.next, cooldown].compactMap(\.self).min()
    }

    /// Everything that can begin now.
    func assign() -> [WorkItem] {
        guard ledgerTrouble == nil else { return [] }
        var items: [WorkItem] = []
        for queue in ready.occupied {
            while hasRoom(queue), let id = ready.next(in: queue) {
                guard let job = book.job(id), !job.isOver, let kind = decide(job, in: queue) else { continue }
                let run = Run(calledOff: Wakeup(), progress: ProgressTracker())
                runs[id] = run
                used[queue, default: 0] += 1
                items.append(
                    WorkItem(
                        job: book.job(id) ?? job, kind: kind, queue: queue, after: book.sequence,
                        calledOff: run.calledOff, progress: run.progress))
            }
        }
        return items
    }

    private func hasRoom(_ queue: WorkQueue) -> Bool {
        switch queue {
        case .intake: used[queue, default: 0] < configuration.intakeSlots
        case .finishing: used[queue, default: 0] < 4
        case .backend(let name):
            (cooldowns[name]?.closedUntil ?? .distantPast) <= now()
                && (admission.slots.free(name) > 0 || configuration.backends[name] == nil)
        }
    }

    /// What is to be done for a job whose turn it is; `nil` when it is to wait after all, which was written down.
    private func decide(_ job: Job, in queue: WorkQueue) -> WorkKind? {
        if job.isToBeCleared || job.startsOver { return .clearAway }
        switch (queue, job.step) {
        case (.intake, _): return .examine
        case (.finishing, .queued): return reusable(job).map { .reuse(from: $0) }
        case (.finishing, _): return .finish
        case (.backend(let name), _) where backends[name] == nil:
            holdForBackend(job, name)
            return nil
        case (.backend, .queued): return admit(job)
        case (.backend(let name), _): return readmit(job, at: name)
        }
    }

    /// A runner is done with a job, for now or for good. Frees its slot, and puts the job where it belongs next.
    func runFinished(_ item: WorkItem) {
        let id = item.job.id
        runs[id] = nil
        used[item.queue, default: 1] -= 1
        if case .backend(let name) = item.queue { admission.slots.give(back: name, of: id) }
        admission.claims.drop(id)
        releaseAudio(of: id)
        schedule(id)
        wakeup.wake()
    }
}
