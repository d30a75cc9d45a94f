// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

/// Where a track is: its folder, and its path relative to that folder. Bytes, never text: names need not be UTF-8.
public struct FileKey: Hashable, Sendable {
    public let folder: FolderName
    /// Relative, without `.` and `..`.
    public let path: FilePath

    // A path would be hashed byte by byte.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(folder)
        path.withBytes { hasher.combine(bytes: $0) }
    }
}
