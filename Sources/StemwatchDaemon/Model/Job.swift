// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// A job as the fold of its events. ``apply(_:at:)`` is the fold.
public struct Job: Sendable, Equatable {
    public let id: JobID
    public let key: FileKey
    public let identity: FileIdentity
    public let foundAt: WallTime
    public var updatedAt: WallTime

    /// How far it has come; a hold or a failure does not set it back.
    public var step = JobStep.found
    /// Why it does not move at the moment; `nil` when it does, or when it is over.
    public var wait: JobWait?
    /// How it ended, if it ended without a delivery.
    public var ending: JobEnding?

    public var facts: TrackFacts?
    public var backend: BackendName?
    public var settings: String?
    /// Failed attempts at the present step; a separation, from its submission to its stems, is one.
    public var attempts = 0
    /// When the first failed attempt at the present step was; what `give_up_after` counts from.
    public var troubledSince: WallTime?
    /// Set aside from the budgets, with the moment it was (a daily budget counts by it); `nil` when nothing is.
    public var reservation: Spending?
    /// Spent for good.
    public var charge: Spending?
    /// Spent for earlier separations that came to nothing, and that a person had begun anew.
    public var writtenOff: [Spending] = []
    /// What the backend has of it is useless: it is cleared away, and the job submitted anew.
    public var startsOver = false
    /// A person allowed to pay for it although its audio was paid for before, if those stems are gone.
    public var repayAllowed = false
    public var checkpoint: Checkpoint?
    public var remote: RemoteJob?
    public var delivered: Delivered?
    /// What became of its source; `nil` until it was disposed of.
    public var disposal: Disposal?
    /// Where the source was moved to, if it was.
    public var movedTo: FilePath?

    /// A job as `found` opens it.
    public init(id: JobID, key: FileKey, identity: FileIdentity, foundAt: WallTime) {
        self.id = id
        self.key = key
        self.identity = identity
        self.foundAt = foundAt
        updatedAt = foundAt
    }
}

/// What a job waits for.
public enum JobWait: Sendable, Equatable {
    case held(Failure)
    case deferred(Failure, attempt: Int, retryAt: WallTime)
}

/// How a job ended without a delivery, or (`failed` after one) with something left to do by hand.
public enum JobEnding: Sendable, Equatable {
    case rejected(Failure)
    case failed(Failure)
    case cancelled(Failure)
}

extension Job {
    /// Its state, in the one word that people and scripts see.
    public var state: String { standing.rawValue }

    /// The same as a value.
    public var standing: JobState {
        switch (ending, wait) {
        case (.rejected, _): .rejected
        case (.failed, _): .failed
        case (.cancelled, _): .cancelled
        case (nil, .held): .held
        default: step.state
        }
    }

    /// The failure behind its state, if there is one.
    public var problem: Failure? {
        switch (ending, wait) {
        case (.rejected(let failure), _), (.failed(let failure), _), (.cancelled(let failure), _): failure
        case (nil, .held(let failure)), (nil, .deferred(let failure, _, _)): failure
        case (nil, nil): nil
        }
    }

    /// What it waits for, held or to be tried again; `nil` when it does not wait.
    var waitingFor: Failure? {
        switch wait {
        case .held(let failure), .deferred(let failure, _, _): failure
        case nil: nil
        }
    }

    /// It was handed over, or was about to be, and its stems are not delivered: its backend may have something of it.
    public var hasRemains: Bool {
        remote != nil || checkpoint != nil || (JobStep.submitting..<JobStep.returning).contains(step)
    }

    /// It is paid for, and its backend still has its stems: going on delivers them, and costs nothing.
    public var hasStemsToFetch: Bool {
        step == .returning && charge != nil && remote != nil && !startsOver && standing != .cancelled
            && problem?.code != .backendExpired
    }

    /// It was called off, and its backend may still have something of it.
    public var isToBeCleared: Bool { standing == .cancelled && hasRemains }

    /// It was called off because its file was gone, or had changed: if the file is back, it is a track again.
    public var endedWithItsFile: Bool {
        guard case .cancelled(let failure) = ending else { return false }
        return failure.code == .sourceGone || failure.code == .sourceChanged
    }

    /// A person, or a change of its file, can still end it.
    public var canBeCalledOff: Bool { (ending == nil || standing.needsAttention) && step < .delivered }

    /// Nothing more will happen to it by itself.
    public var isOver: Bool { (ending != nil && !isToBeCleared) || step == .released }

    /// Its audio is paid for, or may be, or its stems are there: the same audio is not paid for again under another
    /// name.
    public var isPaid: Bool {
        charge != nil || delivered != nil || (standing == .failed && reservation != nil && hasRemains)
    }

    /// All that was spent for it, separations that came to nothing included; `nil`: nothing.
    public var spent: AudioDuration? {
        let spendings = writtenOff + (charge.map { [$0] } ?? [])
        return spendings.isEmpty ? nil : spendings.reduce(.zero) { $0 + $1.amount }
    }

    /// What it counts against the budgets beside what is written off: what is spent, or what is set aside.
    public var spending: Spending? { charge ?? reservation }
}

/// What is paid for once: this audio, separated with these settings.
struct PayKey: Hashable {
    let audio: Digest256
    let settings: String
}

extension Job {
    /// `nil` until intake proved what the file holds.
    var payKey: PayKey? {
        guard let facts, let settings else { return nil }
        return PayKey(audio: facts.audioDigest, settings: settings)
    }
}
