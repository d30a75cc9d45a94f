// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI

/// What the database knows of a job.
struct JobRecord: Hashable, Sendable {
    /// Grows from job to job.
    var number: Int64
    var id: String
    var account: String
    var request: String
    var clientReference: String?
    var upload: String?
    var format: AudioContainer
    var wanted: [StemName]
    var reserved: AudioDuration
    var state: Job.State
    /// 0…100.
    var progress: Int
    var model: String?
    var charged: AudioDuration?
    var failure: Job.Failure?
    var createdAt: WallTime
    var startedAt: WallTime?
    var finishedAt: WallTime?
    var expiresAt: WallTime?
    var isSwept: Bool
    /// How often it was begun.
    var leases: Int
    /// How often that ended in a fault of ours.
    var faults: Int
}

/// One stem that is there.
struct StemRecord: Hashable, Sendable {
    var name: StemName
    var bytes: Int64
    /// In hexadecimal.
    var sha256: String
}
