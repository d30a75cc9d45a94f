// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@Suite struct FileLockTests {
    let directory = TemporaryDirectory()

    @Test func `one holder at a time, until it releases the lock`() throws {
        var first = try FileLock.take(directory("lock"))
        #expect(first != nil)
        #expect(try FileLock.take(directory("lock")) == nil)
        first = nil
        #expect(try FileLock.take(directory("lock")) != nil)
    }
}
