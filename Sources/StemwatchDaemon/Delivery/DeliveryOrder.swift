// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Everything a delivery needs to know about one job.
struct DeliveryOrder: Sendable {
    var job: JobID
    var key: FileKey
    /// Absolute path of the source, and what it was when it was separated: the mix that the stems are compared with.
    var source: FilePath
    var identity: FileIdentity
    var facts: TrackFacts
    /// What the backend brought, in the order it is written. Absolute paths below what ``Delivery/stage(_:)`` returned.
    var stems: [StagedStem]
    var provenance: Provenance
    /// The job whose stems these are, when they were not separated for this one.
    var reusedFrom: JobID?
}

/// A stem that lies in the staging directory.
struct StagedStem: Hashable, Sendable {
    var name: StemName
    var file: FilePath
}

/// Where stems come from.
struct Provenance: Hashable, Sendable {
    var backend: BackendName
    /// `nil`: the configuration no longer has the backend.
    var kind: BackendKind?
    var model: String
    var foundAt: WallTime
    var separatedAt: WallTime
    /// What it cost.
    var minutes: AudioDuration
    /// Whether these stems are promised to sum to the mix: the backend promises that of all its stems, and all are
    /// here.
    var sumsToMix: Bool
}

/// A delivery that is on disk.
struct DeliveryReceipt: Hashable, Sendable {
    var delivered: Delivered
    /// What a person may want to know, though it stopped nothing; also in `stems.json`.
    var warnings: [String]
    /// As in ``StemReport``.
    var residualDecibels: Double?
}
