// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Settings

/// One thing that differs between two configurations, for the log of a reload.
public struct ConfigurationChange: Hashable, Sendable {
    /// Names the key, what it was and what it is: `settle of folder inbox: 5s, now 10s`.
    public let sentence: String
    /// It takes effect when the daemon is started again, not before.
    public let needsRestart: Bool

    /// Everything that differs: the daemon's own keys first, then folders and backends by name. Folders and backends
    /// are the same ones when they have the same name.
    public static func list(from old: Configuration, to new: Configuration) -> [Self] {
        changes(TopKeys.all, old, new, of: "")
            + compare(
                "folder",
                Dictionary(old.folders.map { ($0.name.rawValue, $0) }, uniquingKeysWith: { first, _ in first }),
                Dictionary(new.folders.map { ($0.name.rawValue, $0) }, uniquingKeysWith: { first, _ in first })
            ) { name, old, new in changes(FolderKeys.all, old, new, of: " of folder \(name)") }
            + compare(
                "backend", Dictionary(uniqueKeysWithValues: old.backends.map { ($0.key.rawValue, $0.value) }),
                Dictionary(uniqueKeysWithValues: new.backends.map { ($0.key.rawValue, $0.value) }), backend)
    }

    private static func changes<Target>(
        _ keys: [ConfigurationKey<Target>], _ old: Target, _ new: Target, of owner: String
    ) -> [Self] {
        keys.filter { !$0.isSame(old, new) }.map { key in
            let restart = key.needsRestart ? " (when the daemon is started again)" : ""
            return Self(
                sentence: "\(key.name)\(owner): \(key.write(old)), now \(key.write(new))\(restart)",
                needsRestart: key.needsRestart)
        }
    }

    private static func compare<Part>(
        _ noun: String, _ old: [String: Part], _ new: [String: Part], _ changes: (String, Part, Part) -> [Self]
    ) -> [Self] {
        Set(old.keys).union(new.keys).sorted().flatMap { name in
            switch (old[name], new[name]) {
            case (let before?, let after?): return changes(name, before, after)
            case (nil, _): return [Self(sentence: "\(noun) \(Printable(name)): new", needsRestart: false)]
            case (_, nil): return [Self(sentence: "\(noun) \(Printable(name)): gone", needsRestart: false)]
            }
        }
    }

    /// A command may hold secrets, so the change names only that it differs, not how.
    private static func backend(_ name: String, _ old: BackendSettings, _ new: BackendSettings) -> [Self] {
        var before = BackendDraft(name: old.name, type: .builtin)
        var after = before
        (before.settings, after.settings) = (old, new)
        (before.requestsPerMinute, after.requestsPerMinute) = (old.rate?.perMinute, new.rate?.perMinute)
        (before.burst, after.burst) = (old.rate?.burst, new.rate?.burst)
        let common = changes(BackendKeys.common + BackendKeys.local, before, after, of: " of backend \(name)")
        return old.kind == new.kind
            ? common : common + [Self(sentence: "backend \(name): runs something else", needsRestart: false)]
    }
}
