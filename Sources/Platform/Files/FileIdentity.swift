// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Identifies one state of one file: when two readings are equal, nothing changed the file between them.
public struct FileIdentity: Hashable, Sendable {
    public var device: UInt64
    public var inode: UInt64
    /// Bytes.
    public var size: Int64
    /// Nanoseconds since 1970.
    public var modified: Int64
    /// Nanoseconds since 1970; set by the kernel, so no program can fake it.
    public var changed: Int64

    public init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }
}

extension FileIdentity {
    /// Whether the content is likely the same: device and inode change when a share is mounted again, and the kernel's
    /// time with a new name, another mode or a link. Where it matters, compare hashes.
    public func hasSameContent(as other: FileIdentity) -> Bool { size == other.size && modified == other.modified }
}
