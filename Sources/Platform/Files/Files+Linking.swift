// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension Files {
    /// Gives a file a second name, on the same file system.
    /// - Returns: `false` where that cannot be: another file system, or one without links.
    /// - Throws: when `target` exists, and what else stands in the way.
    public static func link(_ source: FilePath, to target: FilePath) throws(Failure) -> Bool {
        let result = source.withPlatformString { source in target.withPlatformString { Glibc.link(source, $0) } }
        if result == 0 { return true }
        switch Errno.current {
        case .improperLink, .notPermitted, .notSupported, .noFunction, .tooManyLinks: return false
        case let error: throw Failure(error, "linking \(Printable(source)) to", target)
        }
    }
}
