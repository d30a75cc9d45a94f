// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension FilePath {
    /// The same place without any link on the way, by realpath(3); `nil` when it is not there or cannot be reached.
    public var resolved: FilePath? {
        guard let real = withPlatformString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return FilePath(platformString: real)
    }

    /// As ``resolved``, of as much of it as is there.
    var resolvedAsFarAsItIsThere: FilePath {
        var (there, rest) = (self, [FilePath.Component]())
        while true {
            if let real = there.resolved { return real.appending(rest) }
            guard let name = there.lastComponent else { return self }
            rest.insert(name, at: 0)
            there.removeLastComponent()
        }
    }

    /// Resolves each path as far as it exists. A path on a share whose server does not respond stays as it is written,
    /// as do those after it.
    /// - Parameter limit: how long all of them may take.
    public static func resolving(_ paths: [FilePath], atMost limit: Duration) -> [FilePath: FilePath] {
        let found = Monitor(Resolution())
        do throws(Failure) {
            try OwnThread.start(name: "resolving") {
                for path in paths {
                    let real = path.resolvedAsFarAsItIsThere
                    found.withLock { $0.real[path] = real }
                }
                found.withLock { $0.isOver = true }
                found.signal()
            }
        } catch {
            return [:]  // No thread can be had: the paths stay as they are written.
        }
        return found.wait(atMost: limit) {
            $0.isOver ? $0.real : nil
        } expired: {
            $0.real
        }
    }

    private struct Resolution: Sendable {
        var real: [FilePath: FilePath] = [:]
        var isOver = false
    }
}
