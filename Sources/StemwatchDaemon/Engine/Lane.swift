// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Where a job waits for its turn: each lane has slots of its own, so that a slow backend never holds up intake.
enum Lane: Hashable {
    /// Reading and checking a file.
    case intake
    /// Everything from submission to delivery.
    case backend(BackendName)
    /// What needs no backend's slot: reusing stems, disposing of the source, clearing up.
    case finishing
}

/// The jobs ready to go on, each in one lane at most, first come first served.
struct ReadyJobs {
    private var lanes: [Lane: Deque<JobID>] = [:]
    /// What counts: a name still in a deque but not here was removed, and is passed over.
    private var laneOf: [JobID: Lane] = [:]

    /// Does nothing for a job that is in that lane already; moves it from another.
    mutating func enqueue(_ job: JobID, in lane: Lane) {
        guard laneOf.updateValue(lane, forKey: job) != lane else { return }
        lanes[lane, default: []].append(job)
    }

    mutating func remove(_ job: JobID) { laneOf[job] = nil }

    /// Takes the first job of a lane.
    mutating func next(in lane: Lane) -> JobID? {
        while let job = lanes[lane]?.popFirst() {
            if laneOf[job] == lane {
                laneOf[job] = nil
                return job
            }
        }
        lanes[lane] = nil
        return nil
    }

    /// The lanes that may have somebody in them.
    var occupied: [Lane] { Array(lanes.keys) }
}
