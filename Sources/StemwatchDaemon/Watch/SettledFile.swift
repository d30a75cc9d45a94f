// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// A file that stopped changing and that nobody is writing: what settling hands on.
public struct SettledFile: Hashable, Sendable {
    public let key: FileKey
    /// The identity it settled with; intake proves that what it read was still this.
    public let identity: FileIdentity

    public init(key: FileKey, identity: FileIdentity) {
        self.key = key
        self.identity = identity
    }
}

extension FileIdentity {
    /// Whether two looks at one name, any time apart, saw the same state of its file: the same size and modification time.
    ///
    /// Device and inode change when a share is mounted again, ctime when permissions or names do: a track that waits for its
    /// minutes for a month stays the same track. Within one look, compare with `==`.
    public func isSameState(as other: Self) -> Bool { size == other.size && modified == other.modified }
}
