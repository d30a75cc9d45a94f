// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import OrderedCollections
import Platform
import SystemPackage

/// Files that events named, each once: what happened to one last is what counts, and a look at it decides what is told.
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
    /// - Parameter links: names the file has. One that is created with several was linked into place (lesson 7).
    func arrival(links: UInt64) -> Arrival {
        switch self {
        case .renamedIntoPlace: .renamedIntoPlace
        case .created: links > 1 ? .renamedIntoPlace : .written
        // It left and stands there again: whoever made it anew is told of next.
        case .written, .left: .written
        }
    }
}
