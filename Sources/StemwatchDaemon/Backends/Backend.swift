// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// Separates one track, here or elsewhere.
///
/// Every backend passes the one behaviour suite in the tests. Failures carry the remedy; a backend never retries by
/// itself.
public protocol Backend: Sendable {
    var traits: BackendTraits { get }

    /// What is left to spend there; `nil`: it has no balance (never zero by default).
    func allowance() async throws(Failure) -> Allowance?

    /// Hands the track over. Safe to call again after a crash: picks up from `checkpoint`, and has each step saved
    /// (durably: `saving` returns when it is on disk) before it takes the next. Where a crash leaves it unknown whether
    /// the track was accepted, and that would cost something twice, throws `backend.outcome_unknown` with a hold.
    ///
    /// A transfer over a network reports how much of it has arrived, earlier attempts included.
    func submit(
        _ track: Track, from checkpoint: Checkpoint?, saving: @Sendable (Checkpoint) async throws(Failure) -> Void,
        telling: @escaping ProgressHandler
    ) async throws(Failure) -> RemoteJob

    /// What was handed over of a job, when a crash came before that was recorded. Asks, and hands nothing over. `nil`:
    /// nothing was handed over. ``release(_:)`` takes what it returns.
    func find(_ job: JobID, from checkpoint: Checkpoint?) async throws(Failure) -> RemoteJob?

    /// May wait up to `traits.pollInterval` for news before it returns. Idempotent. In a cancelled task it returns at
    /// once, and asks free work on this machine to end, which would only go on unattended. The daemon's stop cancels
    /// the task, which calls this once more.
    func status(of job: RemoteJob) async throws(Failure) -> RemoteStatus

    /// Brings one stem into `file`, which does not exist yet, in a directory that does. Called again after a failure,
    /// when what was left there is removed. A transfer over a network reports how much of it is here, earlier attempts
    /// included.
    func fetch(
        _ stem: RemoteStem, of job: RemoteJob, into file: FilePath, telling: @escaping ProgressHandler
    ) async throws(Failure)

    /// Ends the work if it still runs, and deletes every copy the backend holds. Idempotent.
    /// - Returns: what that leaves of the price.
    @discardableResult
    func release(_ job: RemoteJob) async throws(Failure) -> Cost
}

/// Takes the share of a transfer that is done: 0…1, never less than before within one call. It is called a few times a
/// second, from any thread, and never after the transfer's call returned. It does not block.
public typealias ProgressHandler = @Sendable (Double) -> Void

/// What a job that is released may have cost.
public enum Cost: Sendable {
    /// Nothing: no work was made of it, for certain, and none will be.
    case none
    /// Something, where the backend bills.
    case possible
}

/// How a job stands at its backend.
public enum RemoteStatus: Sendable {
    case queued
    /// `fraction`: 0…1, where the backend reports it.
    case running(fraction: Double?)
    case done([RemoteStem])
    case failed(Failure)
    /// The backend knows nothing of it (any more).
    case gone
}

/// A stem that waits at the backend to be fetched.
public struct RemoteStem: Hashable, Sendable {
    public var name: StemName
    /// Where, in the backend's own words.
    public var location: String
    public var bytes: Int64?
    public var digest: Digest256?
    /// The model that made it, where the backend reports one; `nil`: the one of its traits.
    public var model: String?
}
