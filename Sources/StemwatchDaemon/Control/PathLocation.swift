// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Where a path stands among the watched folders, before any job: what `why` begins with.
enum PathLocation: Sendable {
    /// Below no watched folder.
    case outside(watched: [FilePath])
    /// Below one, but none of our business, by this rule.
    case ignored(FolderName, rule: String)
    /// The name of a file that is watched for.
    case watched(FileKey)

    init(_ path: FilePath, _ configuration: Configuration) {
        let homes = configuration.folders.filter { path.starts(with: $0.watch.root) && path != $0.watch.root }
        guard let folder = homes.max(by: { $0.watch.root.length < $1.watch.root.length }) else {
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

    /// The report on a path, up to what its jobs say.
    /// - Parameter status: what is there now; `nil`: nothing.
    func json(_ path: FilePath, _ status: FileStatus?, _ configuration: Configuration) -> [String: JSONValue] {
        var report: [String: JSONValue] = [
            "path": .string(Printable(path).description), "exists": .bool(status != nil),
        ]
        if status?.kind == .directory {
            switch PathLocation(path.appending("song.wav"), configuration) {
            case .outside: break
            case .ignored(let folder, let rule):
                report["folder"] = .string(folder.rawValue)
                report["verdict"] = .string("it is a directory that is ignored: \(rule)")
                report["rule"] = .string(rule)
                return report
            case .watched(let key):
                report["folder"] = .string(key.folder.rawValue)
                report["verdict"] = "it is a directory that is watched: ask for a file in it"
                return report
            }
        }
        switch self {
        case .outside(let watched):
            report["verdict"] = .string(
                "it is below no watched folder; watched: "
                    + watched.map { Printable($0).description }.joined(separator: ", "))
        case .ignored(let folder, let rule):
            report["folder"] = .string(folder.rawValue)
            report["verdict"] = .string("it is ignored: \(rule)")
            report["rule"] = .string(rule)
        case .watched(let key):
            report["folder"] = .string(key.folder.rawValue)
            if let status, status.kind == .symlink {
                report["verdict"] = "it is a symbolic link, and links are never followed"
            } else if let status, status.kind != .regular {
                report["verdict"] = "it is not a regular file"
            }
        }
        return report
    }
}
