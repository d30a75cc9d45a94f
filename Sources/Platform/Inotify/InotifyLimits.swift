// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// The kernel's limits on inotify, for each user.
public struct InotifyLimits: Hashable, Sendable {
    /// Directories that can be watched at once; each costs the kernel about a kilobyte.
    public var watches: Int
    public var instances: Int
    /// Events that wait in one instance before the kernel drops the rest.
    public var queuedEvents: Int

    /// The current limits; `nil` where `/proc` does not show them.
    public static func current() -> InotifyLimits? {
        guard let watches = value("max_user_watches"), let instances = value("max_user_instances"),
            let queuedEvents = value("max_queued_events")
        else { return nil }
        return InotifyLimits(watches: watches, instances: instances, queuedEvents: queuedEvents)
    }

    /// The command that raises a limit, for now and after the next start of the machine.
    public static func command(raising name: String, to value: Int) -> String {
        "echo fs.inotify.\(name)=\(value) | sudo tee /etc/sysctl.d/60-inotify-\(name).conf && sudo sysctl --system"
    }

    static func watchesExhausted() -> Failure {
        let limit = current()?.watches
        return Failure(
            .folderWatchLimit, "the limit of \(limit.map(String.init) ?? "the system") inotify watches is reached",
            hint: command(raising: "max_user_watches", to: max(524_288, (limit ?? 0) * 2)),
            remedy: .hold(until: .surroundings))
    }

    static func instancesExhausted() -> Failure {
        let limit = current()?.instances
        return Failure(
            .folderWatchLimit, "the limit of \(limit.map(String.init) ?? "the system") inotify instances is reached",
            hint: command(raising: "max_user_instances", to: max(1024, (limit ?? 0) * 2)),
            remedy: .hold(until: .surroundings))
    }

    private static func value(_ name: String) -> Int? {
        guard
            let descriptor = try? FileDescriptor.open(
                FilePath("/proc/sys/fs/inotify/\(name)"), .readOnly, options: [.closeOnExec])
        else { return nil }
        defer { descriptor.closeQuietly() }
        guard let bytes = try? descriptor.readToEnd(atMost: 32) else { return nil }
        return Int(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
