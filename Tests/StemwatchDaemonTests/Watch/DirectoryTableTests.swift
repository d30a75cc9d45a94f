// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

@Suite struct DirectoryTableTests {
    private func watch(_ number: Int32) -> WatchDescriptor { WatchDescriptor(rawValue: number) }

    /// 1: root, 2: a, 3: a/b, 4: a/b/c, 5: d
    private func table() -> DirectoryTable {
        var table = DirectoryTable()
        table.record(watch(1), nil, in: DirectoryTable.root, scan: 1)
        table.record(watch(2), "a", in: watch(1), scan: 1)
        table.record(watch(3), "b", in: watch(2), scan: 1)
        table.record(watch(4), "c", in: watch(3), scan: 1)
        table.record(watch(5), "d", in: watch(1), scan: 1)
        return table
    }

    @Test func `knows each by its path`() {
        let table = table()
        #expect(table.path(of: watch(1)) == FilePath())
        #expect(table.path(of: watch(4)) == "a/b/c")
        #expect(table.watch("d", in: watch(1)) == watch(5))
        #expect(table.path(of: watch(9)) == nil)
    }

    @Test func `a directory that moves takes its children along`() {
        var table = table()
        table.record(watch(3), "x", in: watch(5), scan: 2)
        #expect(table.path(of: watch(4)) == "d/x/c")
        #expect(table.watch("b", in: watch(2)) == nil)
        #expect(table.removeTree(watch(2)) == [watch(2)])
    }

    @Test func `removes a tree, and nothing beside it`() {
        var table = table()
        #expect(Set(table.removeTree(watch(2))) == [watch(2), watch(3), watch(4)])
        #expect(table.count == 2 && table.path(of: watch(5)) == "d")
        #expect(table.removeTree(watch(2)) == [])
    }

    @Test func `directories below a removed one have no path`() {
        var table = table()
        table.remove(watch(2))
        #expect(table.path(of: watch(3)) == nil && table.path(of: watch(5)) == "d")
        table.remove(watch(3))
        table.remove(watch(4))
        #expect(table.count == 2)
    }

    @Test func `removes directories that a scan did not see`() {
        var table = table()
        table.record(watch(1), nil, in: DirectoryTable.root, scan: 2)
        table.record(watch(2), "a", in: watch(1), scan: 2)
        // Another directory stands at a/b by now.
        table.record(watch(6), "b", in: watch(2), scan: 2)
        #expect(Set(table.removeUnseen(by: 2)) == [watch(3), watch(4), watch(5)])
        #expect(table.path(of: watch(6)) == "a/b" && table.watch("b", in: watch(2)) == watch(6))
    }

    @Test func `a directory bind-mounted into itself keeps its first path`() {
        var table = table()
        table.record(watch(2), "again", in: watch(4), scan: 2)
        #expect(table.path(of: watch(4)) == "a/b/c")
    }
}
