// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

extension FilePath {
    /// Returns once something stands here. The directory it is in must be there.
    public func appears() async throws { try await becomes(true) }

    /// Returns once nothing stands here.
    public func vanishes() async throws { try await becomes(false) }

    /// Checks again at every change that the kernel reports, until the test's time limit.
    private func becomes(_ isThere: Bool) async throws {
        let changed = Wakeup()
        let steps = try DiskSteps(below: [removingLastComponent()]) { _ in changed.wake() }
        defer { withExtendedLifetime(steps) {} }
        while try (FileStatus.at(self) != nil) != isThere {
            try Task.checkCancellation()
            await changed.wait()
        }
    }

    /// The content of a text file.
    public func text() throws -> String { String(decoding: try bytes(), as: UTF8.self) }
}
