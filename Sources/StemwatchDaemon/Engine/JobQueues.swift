// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Where a job waits for its turn: each queue has slots of its own, so that a slow backend never holds up intake.
enum WorkQueue: Hashable {
    /// Reading and checking a file.
    case intake
    /// Everything from submission to delivery.
    case backend(BackendName)
    /// What needs no backend's slot: reusing stems, disposing of the source, clearing up.
    case finishing
}

/// The jobs ready to go on, each in one queue at most, first come first served.
struct JobQueues {
    private var queues: [WorkQueue: Deque<JobID>] = [:]
    /// The queue of each job. A name that is in a deque but not here was removed, and is skipped.
    private var queueOf: [JobID: WorkQueue] = [:]

    /// Does nothing for a job that is in that queue already; moves it from another.
    mutating func enqueue(_ job: JobID, in queue: WorkQueue) {
        guard queueOf.updateValue(queue, forKey: job) != queue else { return }
        queues[queue, default: []].append(job)
    }

    mutating func remove(_ job: JobID) { queueOf[job] = nil }

    /// Takes the first job of a queue.
    mutating func next(in queue: WorkQueue) -> JobID? {
        while let job = queues[queue]?.popFirst() {
            if queueOf[job] == queue {
                queueOf[job] = nil
                return job
            }
        }
        queues[queue] = nil
        return nil
    }

    /// The queues that may have jobs in them.
    var occupied: [WorkQueue] { Array(queues.keys) }
}
