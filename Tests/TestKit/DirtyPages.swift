// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Platform
public import SystemPackage

/// The pages of a file that are only in memory, and would be lost in a power cut: cachestat(2), since Linux 6.5.
public enum DirtyPages {
    /// Whether kernel and file system report this correctly: a new file has such pages, and a synced one has none.
    public static let areTold: Bool = {
        let directory = TemporaryDirectory()
        let file = directory("file")
        guard (try? file.write("x")) != nil, count(of: file) == 1 else { return false }
        return (try? DurableFiles.sync(file: file)) != nil && count(of: file) == 0
    }()

    /// Pages of the file that are not on the disk; `nil`: not known.
    public static func count(of path: FilePath) -> Int? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec]) else { return nil }
        defer { try? file.close() }
        var range: (offset: UInt64, length: UInt64) = (0, 0)
        var pages: (cached: UInt64, dirty: UInt64, writeback: UInt64, evicted: UInt64, recentlyEvicted: UInt64) =
            (0, 0, 0, 0, 0)
        guard cachestat(file, &range, &pages) == 0 else { return nil }
        return Int(pages.dirty + pages.writeback)
    }

    /// glibc has no function for it yet, and Swift cannot call syscall(2), which is variadic.
    private static func cachestat(
        _ file: FileDescriptor, _ range: UnsafeMutableRawPointer, _ pages: UnsafeMutableRawPointer
    ) -> Int {
        typealias Call = @convention(c) (Int, Int, UnsafeMutableRawPointer, UnsafeMutableRawPointer, Int) -> Int
        guard let syscall = dlsym(nil, "syscall") else { return -1 }
        return unsafeBitCast(syscall, to: Call.self)(451, Int(file.rawValue), range, pages, 0)
    }
}
