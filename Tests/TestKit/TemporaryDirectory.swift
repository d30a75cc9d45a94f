// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// A real directory of its own for one test, removed with all it holds when the test releases it.
public final class TemporaryDirectory: Sendable {
    public let path: FilePath

    public init() {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = (parent + "/stemwatch-test-XXXXXX").utf8CString
        path = template.withUnsafeMutableBufferPointer { buffer in
            precondition(mkdtemp(buffer.baseAddress!) != nil, "mkdtemp failed with errno \(errno)")
            return FilePath(platformString: buffer.baseAddress!)
        }
    }

    deinit { _ = path.withPlatformString(clinux_remove_tree) }

    /// `name` below this directory.
    public func callAsFunction(_ name: String) -> FilePath { path.appending(name) }
}
