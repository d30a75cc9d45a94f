// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
package import SystemPackage

/// Where a path stands among the watched folders, before any job.
enum PathLocation: Sendable {
    /// Below no watched folder.
    case outside(watched: [FilePath])
    /// Below one, but ignored by this rule.
    case ignored(FolderName, rule: String)
    /// The name of a file that is watched for.
    case watched(FileKey)

    init(_ path: FilePath, _ configuration: Configuration) {
        guard let folder = configuration.folder(holding: path), path != folder.watch.root else {
            self = .outside(watched: configuration.folders.map(\.watch.root))
            return
        }
        var relative = path
        _ = relative.removePrefix(folder.watch.root)
        switch folder.watch.ignore.verdict(path: relative) {
        case .ignored(let rule): self = .ignored(folder.name, rule: rule)
        case .watched: self = .watched(FileKey(folder: folder.name, path: relative))
        }
    }
}

extension Configuration {
    /// The innermost watched folder that a path is below, or that it is.
    func folder(holding path: FilePath) -> FolderConfiguration? {
        folders.filter { path.starts(with: $0.watch.root) }.max { $0.watch.root.length < $1.watch.root.length }
    }

    /// The name by which a watched folder knows a file: `path` itself, or where `path` leads into the folder through
    /// links, the name below the folder as it is configured. Blocks on the disk.
    package func watchedName(of path: FilePath) -> FilePath {
        if folder(holding: path) != nil { return path }
        // What the last name stands for is the question, so a link there is not followed.
        guard let name = path.lastComponent, let directory = path.removingLastComponent().resolved else { return path }
        let real = directory.appending(name)
        for folder in folders {
            guard let root = folder.watch.root.resolved, real.starts(with: root) else { continue }
            return folder.watch.root.appending(real.components.dropFirst(root.components.count))
        }
        return path
    }
}
