// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Makes things that are not regular files.
extension FilePath {
    /// A symbolic link at `link` that leads here.
    public func link(as link: FilePath) {
        let made = withPlatformString { target in link.withPlatformString { symlink(target, $0) } }
        precondition(made == 0, "symlink failed with errno \(errno)")
    }

    /// A FIFO that no process opens.
    public func makeFIFO() {
        precondition(withPlatformString { mkfifo($0, 0o600) } == 0, "mkfifo failed with errno \(errno)")
    }

    /// A directory, in an existing one.
    public func makeDirectory() {
        precondition(withPlatformString { mkdir($0, 0o755) } == 0, "mkdir failed with errno \(errno)")
    }
}
