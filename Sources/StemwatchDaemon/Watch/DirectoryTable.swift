// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Which directory each watch is on. It keeps parent and name only: ten thousand directories take a few megabytes, and
/// a directory that moves takes its children along.
struct DirectoryTable {
    static let root = WatchDescriptor(rawValue: -1)

    private struct Node {
        /// ``DirectoryTable/root`` for the watched folder itself.
        var parent: WatchDescriptor
        /// `nil` for the watched folder itself.
        var name: FilePath.Component?
        /// The scan that last saw it.
        var scan: UInt32
        // The children of one parent, as a list through the nodes themselves.
        var firstChild: WatchDescriptor?
        var next: WatchDescriptor?
        var previous: WatchDescriptor?
    }

    private struct Place: Hashable {
        let parent: WatchDescriptor
        let name: FilePath.Component
    }

    private var nodes: [WatchDescriptor: Node] = [:]
    private var places: [Place: WatchDescriptor] = [:]

    var count: Int { nodes.count }

    /// Notes that `watch` is on the directory `name` of `parent`, wherever it was before.
    mutating func record(
        _ watch: WatchDescriptor, _ name: FilePath.Component?, in parent: WatchDescriptor, scan: UInt32
    ) {
        if let node = nodes[watch] {
            if node.parent == parent, node.name == name {
                nodes[watch]?.scan = scan
                return
            }
            // A directory that is bind-mounted into itself would be below itself, and have no path.
            if isInside(parent, watch) { return }
            unlink(watch, node)
        }
        var node = Node(parent: parent, name: name, scan: scan)
        node.firstChild = nodes[watch]?.firstChild
        if let name {
            places[Place(parent: parent, name: name)] = watch
            node.next = nodes[parent]?.firstChild
            if let next = node.next { nodes[next]?.previous = watch }
            nodes[parent]?.firstChild = watch
        }
        nodes[watch] = node
    }

    /// The watch on a directory by its parent's watch and its name.
    func watch(_ name: FilePath.Component, in parent: WatchDescriptor) -> WatchDescriptor? {
        places[Place(parent: parent, name: name)]
    }

    /// Forgets one watch. What was below it stays, without a path, until it is forgotten too.
    /// - Returns: whether it was known.
    @discardableResult
    mutating func remove(_ watch: WatchDescriptor) -> Bool {
        guard let node = nodes[watch] else { return false }
        unlink(watch, node)
        nodes[watch] = nil
        var child = node.firstChild
        while let orphan = child {
            child = nodes[orphan]?.next
            nodes[orphan]?.next = nil
            nodes[orphan]?.previous = nil
        }
        return true
    }

    /// Forgets a directory and all below it.
    /// - Returns: the watches there were.
    mutating func removeTree(_ top: WatchDescriptor) -> [WatchDescriptor] {
        var removed: [WatchDescriptor] = []
        var stack = [top]
        while let watch = stack.popLast() {
            guard let node = nodes[watch] else { continue }
            var child = node.firstChild
            while let next = child {
                stack.append(next)
                child = nodes[next]?.next
            }
            removed.append(watch)
        }
        for watch in removed { remove(watch) }
        return removed
    }

    /// Forgets what the scan `number` has not seen, the watched folder itself excepted.
    /// - Returns: the watches there were.
    mutating func removeUnseen(by number: UInt32) -> [WatchDescriptor] {
        let unseen = nodes.filter { $0.value.scan != number && $0.value.name != nil }.map(\.key)
        for watch in unseen { remove(watch) }
        return unseen
    }

    /// Relative to the watched folder, empty for the folder itself; `nil` when nothing is known of it or of one above
    /// it.
    func path(of watch: WatchDescriptor) -> FilePath? {
        var names: [FilePath.Component] = []
        var at = watch
        while true {
            guard let node = nodes[at] else { return nil }
            guard let name = node.name else { break }
            names.append(name)
            at = node.parent
        }
        return FilePath(root: nil, names.reversed())
    }

    private func isInside(_ watch: WatchDescriptor, _ top: WatchDescriptor) -> Bool {
        var at = watch
        while at != top {
            guard let node = nodes[at] else { return false }
            at = node.parent
        }
        return true
    }

    private mutating func unlink(_ watch: WatchDescriptor, _ node: Node) {
        guard let name = node.name else { return }
        let place = Place(parent: node.parent, name: name)
        // Another directory may have that name by now.
        if places[place] == watch { places[place] = nil }
        if let previous = node.previous {
            nodes[previous]?.next = node.next
        } else if nodes[node.parent]?.firstChild == watch {
            nodes[node.parent]?.firstChild = node.next
        }
        if let next = node.next { nodes[next]?.previous = node.previous }
    }
}
