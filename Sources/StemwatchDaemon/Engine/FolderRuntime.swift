// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One watched folder as the engine sees it while it runs.
struct FolderRuntime: Sendable {
    let configuration: FolderConfiguration
    /// Why it is not watched now; `nil`: it is.
    var trouble: Failure?
    var watching: Watching?
    /// What below it cannot be read, by its relative path.
    var unreadable: [FilePath: Failure] = [:]
    /// How often events were lost because too much happened at once, since the start.
    var overflows = 0
    /// Files found by its last complete scan.
    var files: Int?
    /// Jobs with notes from an earlier run, until the first scan: their files may have been taken away since.
    var staleNotes: [JobID] = []

    /// - Parameter earlier: the folder by the configuration before this one.
    init(_ configuration: FolderConfiguration, after earlier: FolderRuntime? = nil) {
        self.configuration = configuration
        files = earlier?.files
        staleNotes = earlier?.staleNotes ?? []
    }

    /// Why a file is not looked for now: its folder, or a directory on the way to it, cannot be read.
    func trouble(at key: FileKey) -> Failure? { trouble ?? unreadable.first { key.path.starts(with: $0.key) }?.value }
}

extension FolderConfiguration {
    /// The absolute path of a track of this folder.
    func source(of key: FileKey) -> FilePath { watch.root.pushing(key.path) }
}
