// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// What intake found in a settled file.
public enum Examination: Sendable {
    case sound(TrackFacts)
    /// More is declared than there is: it goes back to settling, and re-arms when the file changes.
    case incomplete(Failure)
    /// Never separable as it is. The failure's remedy is `reject`.
    case rejected(Failure)
}
