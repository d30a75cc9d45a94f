// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One watched folder, for `status`.
enum FolderReport {
    static func json(_ folder: FolderConfiguration, runtime: FolderRuntime?, isPaused: Bool) -> JSONValue {
        var report: [String: JSONValue] = [
            "name": .string(folder.name.rawValue),
            "path": .string(Printable(folder.watch.root).description),
            "output": .string(Printable(folder.delivery.output).description),
            "backend": .string(folder.backend.rawValue),
            "paused": .bool(isPaused),
        ]
        if let trouble = runtime?.trouble { report["trouble"] = ControlProblem.json(trouble) }
        if let runtime, !runtime.unreadable.isEmpty {
            report["unreadable"] = .array(
                runtime.unreadable.sorted { $0.key.string < $1.key.string }.map { .string($0.value.message) })
        }
        if let overflows = runtime?.overflows, overflows > 0 { report["overflows"] = .int(Int64(overflows)) }
        if let files = runtime?.files { report["files"] = .int(Int64(files)) }
        switch runtime?.watching {
        case .inotify: report["watching"] = "inotify"
        case .polling(_, let reason):
            report["watching"] = "polling"
            report["reason"] = .string(reason)
        case nil: break
        }
        return .object(report)
    }
}

extension FolderRuntime {
    /// Why a file is not looked for now: its folder, or a directory on the way to it, cannot be read.
    func trouble(at key: FileKey) -> Failure? {
        trouble ?? unreadable.first { key.path.starts(with: $0.key) }?.value
    }
}
