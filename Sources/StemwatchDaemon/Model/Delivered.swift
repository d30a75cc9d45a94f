// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// A delivery, as the ledger keeps it.
public struct Delivered: Hashable, Sendable {
    /// Absolute path of the stem folder.
    public var output: FilePath
    public var stems: [Stem]
    /// The job whose stems were reused; `nil` when they were separated for this one.
    public var reusedFrom: JobID?

    public struct Stem: Hashable, Sendable {
        public var name: StemName
        /// File name in the folder.
        public var file: String
        /// Of the file's bytes: how our own stems are known when they come back as input.
        public var digest: Digest256
    }
}
