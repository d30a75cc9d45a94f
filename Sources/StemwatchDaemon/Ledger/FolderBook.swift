// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// What the ledger knows of folders: since when each is watched, and which are paused.
public struct FolderBook: Hashable, Sendable {
    private var watched: [FolderName: WallTime] = [:]
    private var paused: Set<FolderName> = []
    /// Everything is.
    public private(set) var isPaused = false

    /// When a folder was first watched; `nil`: never yet.
    public func watchedSince(_ folder: FolderName) -> WallTime? { watched[folder] }

    /// Whether nothing new is begun in a folder.
    public func isPaused(_ folder: FolderName) -> Bool { isPaused || paused.contains(folder) }

    mutating func watch(_ folder: FolderName, at time: WallTime) {
        watched[folder] = min(time, watched[folder] ?? time)
    }

    mutating func pause(_ folder: FolderName?) {
        if let folder { paused.insert(folder) } else { isPaused = true }
    }

    mutating func unpause(_ folder: FolderName?) {
        if let folder {
            paused.remove(folder)
        } else {
            isPaused = false
            paused = []
        }
    }

    /// The fewest events that fold to this, with the moments they are of.
    func events(now: WallTime) -> [(WallTime, LedgerEvent)] {
        let since = watched.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.value, LedgerEvent.watched($0.key)) }
        let folders = paused.sorted { $0.rawValue < $1.rawValue }.map { (now, LedgerEvent.paused($0)) }
        return since + folders + (isPaused ? [(now, .paused(nil))] : [])
    }
}
