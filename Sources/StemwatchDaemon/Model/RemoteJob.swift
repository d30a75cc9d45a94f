// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A job as its backend knows it.
public struct RemoteJob: Hashable, Sendable {
    /// The backend's own name for it; opaque outside the backend.
    public var handle: String
}

/// A step taken inside a backend's `submit`, in the backend's own words.
public struct Checkpoint: Hashable, Sendable {
    /// `staged`, `submitting`, `accepted`, …
    public var step: String
    public var values: [String: String] = [:]
}
