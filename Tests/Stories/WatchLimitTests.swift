// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@Suite(.timeLimit(.minutes(5))) struct WatchLimitTests {
    /// A user namespace has a limit of its own, so that nobody else runs into it.
    private static let launcher = [
        "/usr/bin/unshare", "-Ur", "/bin/sh", "-c", "echo 3 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\"",
    ]

    @Test func `when watches run out the folder is polled, and the log says what to type (lesson 13, jellyfin 16874)`()
        async throws
    {
        let probe = "unshare -Ur sh -c 'echo 3 > /proc/sys/user/max_inotify_watches'"
        guard try await Shell.succeeds(probe, in: "/") else { return }
        let folder = try StoryFolder()
        for number in 0..<5 { try DurableFiles.makeDirectory(folder.inbox.appending("\(number)")) }
        try await withDaemon(folder.configuration, launcher: Self.launcher, awaitReady: false) { daemon in
            try await daemon.line(
                with: "polling every", "inotify watches is reached", "echo fs.inotify.max_user_watches=",
                "sudo sysctl --system")
            try await daemon.line(with: "ready")
        }
    }
}
