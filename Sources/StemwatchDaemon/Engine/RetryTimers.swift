// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HeapModule
import Platform

/// When each waiting job is to be looked at again. Pure: takes the engine's `now`.
struct RetryTimers {
    private struct Timer: Comparable {
        let at: WallTime
        let job: JobID
        static func < (a: Self, b: Self) -> Bool { (a.at, a.job) < (b.at, b.job) }
    }
    private var queue = Heap<Timer>()
    /// The valid timer of each job; older ones still in the heap are skipped.
    private var current: [JobID: WallTime] = [:]
    /// How often a job was tried again in vain.
    private var attempts: [JobID: Int] = [:]

    mutating func set(_ job: JobID, at time: WallTime) {
        current[job] = time
        queue.insert(Timer(at: time, job: job))
    }

    /// Sets the timer of a job that waits for its surroundings. Each failed attempt makes the wait longer.
    mutating func setRetry(_ job: JobID, now: WallTime, _ schedule: RetrySchedule) {
        set(job, at: now.advanced(by: schedule.delay(attempt: attempts[job, default: 1])))
    }

    /// One more attempt of a job was in vain.
    mutating func countAttempt(_ job: JobID) { attempts[job, default: 0] += 1 }

    mutating func resetAttempts(_ job: JobID) { attempts[job] = nil }

    mutating func clear(_ job: JobID) { current[job] = nil }

    /// When the next one is due; `nil` when none is set.
    var next: WallTime? {
        mutating get {
            while let first = queue.min, current[first.job] != first.at { queue.removeMin() }
            return queue.min?.at
        }
    }

    /// Takes the jobs whose time has come, earliest first.
    mutating func due(now: WallTime) -> [JobID] {
        var jobs: [JobID] = []
        while let at = next, at <= now {
            let timer = queue.removeMin()
            current[timer.job] = nil
            jobs.append(timer.job)
        }
        return jobs
    }
}
