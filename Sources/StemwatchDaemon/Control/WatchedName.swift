// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

extension Configuration {
    /// The name by which a watched folder knows a file: `path` itself, or where `path` leads into the folder through links, the
    /// name below the folder as it is configured. Blocks on the disk.
    public func watchedName(of path: FilePath) -> FilePath {
        if folders.contains(where: { path.starts(with: $0.watch.root) }) { return path }
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
