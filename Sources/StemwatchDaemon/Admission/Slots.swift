// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// How many jobs each backend works on, and how many it may.
struct Slots: Hashable, Sendable {
    private var limits: [BackendName: Int]
    private var taken: [BackendName: Set<JobID>] = [:]

    /// - Parameter limits: jobs at once. A backend that is not named has no slot.
    init(_ limits: [BackendName: Int]) { self.limits = limits }

    init(_ backends: [BackendName: BackendSettings]) { self.init(backends.mapValues(\.slots)) }

    /// Takes the limits of a reload. Jobs that run go on, even where they are more than the new limit.
    mutating func reconfigure(_ limits: [BackendName: Int]) { self.limits = limits }

    func limit(_ backend: BackendName) -> Int { limits[backend] ?? 0 }
    func used(_ backend: BackendName) -> Int { taken[backend]?.count ?? 0 }
    func free(_ backend: BackendName) -> Int { max(0, limit(backend) - used(backend)) }
    func holds(_ job: JobID, at backend: BackendName) -> Bool { taken[backend]?.contains(job) ?? false }

    /// Takes a slot for a job; `false` when none is free. Again for the same job is the same slot.
    mutating func take(_ backend: BackendName, for job: JobID) -> Bool {
        guard holds(job, at: backend) || free(backend) > 0 else { return false }
        taken[backend, default: []].insert(job)
        return true
    }

    /// Gives a job's slot back; nothing happens when it has none.
    mutating func give(back backend: BackendName, of job: JobID) { taken[backend]?.remove(job) }
}
