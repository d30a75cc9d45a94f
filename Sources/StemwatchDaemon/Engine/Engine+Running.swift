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
                ring()
                for assignment in assign() {
                    group.addTask { await runner.perform(assignment, for: self) }
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
        let gate = gates.values.map(\.closedUntil).filter { $0 > now() }.min()
        return [alarms.next, gate].compactMap(\.self).min()
    }

    /// Everything that can begin now.
    func assign() -> [Assignment] {
        guard ledgerTrouble == nil else { return [] }
        var assignments: [Assignment] = []
        for lane in ready.occupied {
            while hasRoom(lane), let id = ready.next(in: lane) {
                guard let job = book.job(id), !job.isOver, let errand = decide(job, in: lane) else { continue }
                let run = Run(calledOff: Wakeup(), gauge: ActivityGauge())
                runs[id] = run
                used[lane, default: 0] += 1
                assignments.append(
                    Assignment(
                        job: book.job(id) ?? job, errand: errand, lane: lane, after: book.sequence,
                        calledOff: run.calledOff, gauge: run.gauge))
            }
        }
        return assignments
    }

    private func hasRoom(_ lane: Lane) -> Bool {
        switch lane {
        case .intake: used[lane, default: 0] < configuration.intakeSlots
        case .finishing: used[lane, default: 0] < 4
        case .backend(let name):
            (gates[name]?.closedUntil ?? .distantPast) <= now()
                && (admission.slots.free(name) > 0 || configuration.backends[name] == nil)
        }
    }

    /// What is to be done for a job whose turn it is; `nil` when it is to wait after all, which was written down.
    private func decide(_ job: Job, in lane: Lane) -> Errand? {
        if job.isToBeCleared || job.startsOver { return .clearAway }
        switch (lane, job.step) {
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
    func ended(_ assignment: Assignment) {
        let id = assignment.job.id
        runs[id] = nil
        used[assignment.lane, default: 1] -= 1
        if case .backend(let name) = assignment.lane { admission.slots.give(back: name, of: id) }
        admission.claims.drop(id)
        releaseAudio(of: id)
        place(id)
        wakeup.wake()
    }
}
