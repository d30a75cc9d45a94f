// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform
package import SystemPackage

/// A file with a token for a service, which nobody but its owner can read.
package enum TokenFile {
    /// - Throws: `backend.unauthorized` when there is none, or when others can read it; `config.unreadable`.
    static func read(_ path: FilePath, for service: ServiceURL) throws(Failure) -> Secret {
        guard try FileStatus.at(path) != nil else {
            throw Failure(
                .backendUnauthorized, "nobody has signed in at \(service): there is no token in \(Printable(path))",
                hint: "stemwatch login \(service)", remedy: .stop)
        }
        let file = try SettingsFile(path, atMost: 4096)
        guard !file.isReadableByAll else {
            throw Failure(
                .backendUnauthorized, "every user can read the token in \(Printable(path))",
                hint: "chmod 600 \(Printable(path)); and sign in anew, since somebody may have it", remedy: .stop)
        }
        let token = file.bytes.filter { $0 > 0x20 }
        guard (20...512).contains(token.count), token.allSatisfy({ $0 < 0x7F }) else {
            throw Failure(
                .backendUnauthorized, "\(Printable(path)) holds no token", hint: "stemwatch login \(service)",
                remedy: .stop)
        }
        return Secret(String(decoding: token, as: UTF8.self))
    }

    /// Keeps a token, durably, in place of what is there. Written by root, it belongs to whom the state directory belongs to: the
    /// user that the daemon runs as.
    package static func write(_ token: Secret, to path: FilePath, stateDirectory: FilePath) throws(Failure) {
        let made = try DurableFiles.makeDirectories(path.removingLastComponent(), mode: 0o700)
        try DurableFiles.replace(path, with: Array((token.reveal() + "\n").utf8), mode: 0o600)
        guard ThisProcess.isRoot, let owner = try FileStatus.at(stateDirectory.resolved ?? stateDirectory) else {
            return
        }
        for place in made + [path] { try Permissions.setOwner(owner.uid, owner.gid, of: place) }
    }

    package static func remove(_ path: FilePath) throws(Failure) { try DurableFiles.removeTree(path) }
}
