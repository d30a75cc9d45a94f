// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension FilePath {
    /// The same place without any link on the way, by realpath(3); `nil` when it is not there or cannot be reached.
    public var resolved: FilePath? {
        guard let real = withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return FilePath(platformString: real)
    }
}
