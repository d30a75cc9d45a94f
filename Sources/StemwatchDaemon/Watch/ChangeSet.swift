// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import OrderedCollections
import Platform
import SystemPackage

/// The files that events named, each once. The last event of a file counts, and a look at the file decides what is
/// reported.
struct ChangeSet {
    struct Place: Hashable {
        let directory: WatchDescriptor
        let name: FilePath.Component
    }

    enum Change {
        case created, written, renamedIntoPlace, left
    }

    private var changes: OrderedDictionary<Place, Change> = [:]

    var count: Int { changes.count }

    mutating func note(_ name: FilePath.Component, in directory: WatchDescriptor, _ mask: InotifyMask) {
        let place = Place(directory: directory, name: name)
        if mask.contains(.movedTo) {
            changes[place] = .renamedIntoPlace
        } else if mask.contains(.closeWrite) {
            changes[place] = .written
        } else if mask.contains(.create) {
            changes[place] = .created
        } else {
            changes[place] = .left
        }
    }

    /// All of them in the order they were first named; none are left.
    mutating func take() -> OrderedDictionary<Place, Change> {
        defer { changes = [:] }
        return changes
    }
}

extension ChangeSet.Change {
    /// - Parameter links: how many names the file has. A file that is created with several was linked into place.
    func arrival(links: UInt64) -> Arrival {
        switch self {
        case .renamedIntoPlace: .renamedIntoPlace
        case .created: links > 1 ? .renamedIntoPlace : .written
        // It left and is there again: an event about its new writer follows.
        case .written, .left: .written
        }
    }
}
