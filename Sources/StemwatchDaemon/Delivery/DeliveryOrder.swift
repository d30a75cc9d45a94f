// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// Everything a delivery needs to know about one job.
public struct DeliveryOrder: Sendable {
    public var job: JobID
    public var key: FileKey
    /// Absolute path of the source, and what it was when it was separated: the mix that the stems are compared with.
    public var source: FilePath
    public var identity: FileIdentity
    public var facts: TrackFacts
    /// What the backend brought, in the order it is written. Absolute paths below what ``Delivery/stage(_:)`` returned.
    public var stems: [StagedStem]
    public var provenance: Provenance
    /// The job whose stems these are, when they were not separated for this one.
    public var reusedFrom: JobID?
}

/// A stem that lies in the staging directory.
public struct StagedStem: Hashable, Sendable {
    public var name: StemName
    public var file: FilePath
}

/// Where stems come from.
public struct Provenance: Hashable, Sendable {
    public var backend: BackendName
    /// `builtin`, `command`, …
    public var kind: String
    public var model: String
    public var foundAt: WallTime
    public var separatedAt: WallTime
    /// What it cost.
    public var minutes: AudioDuration
    /// Whether these stems together are promised to be the mix: the backend says so, and every one of its stems is here.
    public var sumsToMix: Bool
}

/// A delivery that is on disk.
public struct DeliveryReceipt: Hashable, Sendable {
    public var delivered: Delivered
    /// What a person may want to know that stopped nothing; also in `stems.json`.
    public var warnings: [String]
    /// As in ``StemReport``.
    public var residualDecibels: Double?
}
