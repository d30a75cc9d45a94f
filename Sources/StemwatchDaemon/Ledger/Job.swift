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
    /// Failed attempts at the present step.
    public var attempts = 0
    /// When the first failed attempt at the present step was; what `give_up_after` counts from.
    public var troubledSince: WallTime?
    /// Set aside from the budgets, with the moment it was (a daily budget counts by it); `nil` when nothing is.
    public var reservation: Spending?
    /// Spent for good.
    public var charge: Spending?
    public var checkpoint: Checkpoint?
    public var remote: RemoteJob?
    public var delivered: Delivered?
    /// `kept`, `moved`, `deleted`; `nil` until it was disposed.
    public var disposal: String?
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

/// Minutes of audio counted against the budgets, at the moment they count from.
public struct Spending: Hashable, Sendable {
    public var amount: AudioDuration
    public var at: WallTime
    public init(amount: AudioDuration, at: WallTime) {
        self.amount = amount
        self.at = at
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
    /// Where it stands, in the one word people and scripts see.
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

    /// Why it is where it is, when there is something to say.
    public var problem: Failure? {
        switch (ending, wait) {
        case (.rejected(let failure), _), (.failed(let failure), _), (.cancelled(let failure), _): failure
        case (nil, .held(let failure)), (nil, .deferred(let failure, _, _)): failure
        case (nil, nil): nil
        }
    }

    /// It was called off, and its backend may still have something of it.
    public var isToBeCleared: Bool {
        standing == .cancelled
            && (remote != nil || checkpoint != nil || (JobStep.submitting..<JobStep.returning).contains(step))
    }

    /// Nothing more will happen to it by itself.
    public var isOver: Bool { (ending != nil && !isToBeCleared) || step == .released }

    /// Its stems were paid for, or are there: they can serve for the same audio again.
    public var isPaid: Bool { charge != nil || delivered != nil }

    /// What it counts against the budgets: what is spent, or what is set aside.
    public var spending: Spending? { charge ?? reservation }
}
