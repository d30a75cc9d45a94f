// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
public import SystemPackage

/// The names under which files are written before they are renamed into place: `.stemwatch-<pid>-<n>.tmp`, hidden, so
/// that every watcher's ignore rules pass over them.
public enum Temporaries {
    private static let counter = Atomic<UInt64>(0)

    /// Whether a name is one of ours.
    public static func owns(_ name: FilePath.Component) -> Bool {
        let name = name.string
        return name.hasPrefix(".stemwatch-") && name.hasSuffix(".tmp")
    }

    /// A new file for writing, of exactly this mode.
    static func create(in directory: FilePath, mode: UInt16) throws(Failure) -> (FileDescriptor, FilePath) {
        while true {
            let number = counter.add(1, ordering: .relaxed).newValue
            let path = directory.appending(".stemwatch-\(getpid())-\(number).tmp")
            do {
                let descriptor = try FileDescriptor.open(
                    path, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                    permissions: [.ownerReadWrite])
                guard fchmod(descriptor.rawValue, mode_t(mode)) == 0 else {
                    let error = Errno.current
                    close(descriptor.rawValue)
                    _ = path.withPlatformString { unlink($0) }
                    throw error
                }
                return (descriptor, path)
            } catch Errno.fileExists {
                // Left by an earlier process with the same process id.
                continue
            } catch {
                throw Failure((error as? Errno) ?? .ioError, "creating", path)
            }
        }
    }

    /// Removes the temporary files of a killed process from `directory`. Call it before this process writes there.
    /// - Returns: how many there were.
    @discardableResult
    public static func removeLeftovers(in directory: FilePath) throws(Failure) -> Int {
        var removed = 0
        for entry in try DirectoryListing.entries(of: directory) where owns(entry.name) {
            try DurableFiles.removeTree(directory.appending(entry.name))
            removed += 1
        }
        return removed
    }
}
