// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct FileLockTests {
    let directory = TemporaryDirectory()

    @Test func `one at a time, until it is let go`() throws {
        var first = try FileLock.take(directory("lock"))
        #expect(first != nil)
        #expect(try FileLock.take(directory("lock")) == nil)
        first = nil
        #expect(try FileLock.take(directory("lock")) != nil)
    }
}
