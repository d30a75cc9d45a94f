// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// One line of the ledger.
public struct LedgerEntry: Sendable, Equatable {
    /// One more than the line before; what group commit and readers count by.
    public var sequence: UInt64
    public var at: WallTime
    /// `nil` for what concerns no job.
    public var job: JobID?
    public var event: LedgerEvent
}
