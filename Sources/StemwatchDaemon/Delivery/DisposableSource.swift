// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// A source that is about to be moved or deleted, held open with the directory it is in.
struct DisposableSource: ~Copyable {
    let name: FilePath.Component
    let parent: OpenDirectory
    private let file: FileDescriptor
    private let order: DeliveryOrder

    /// `nil`: the source is no longer there. Throws when the root itself is not there: it may be unmounted.
    init?(_ order: DeliveryOrder, below root: FilePath) throws(Failure) {
        var directory = try OpenDirectory(root)
        for component in order.key.path.removingLastComponent().components {
            guard let next = try directory.directory(component) else { return nil }
            directory = next
        }
        guard let name = order.key.path.lastComponent, let file = try directory.open(name) else { return nil }
        self.name = name
        self.file = file
        self.order = order
        parent = directory
    }

    deinit { file.closeQuietly() }

    var descriptor: FileDescriptor { file }

    /// Why it may not be touched, if it is no longer what was separated. Throws while a program writes it.
    func change() throws(Failure) -> Failure? {
        let identity = try FileIdentity(of: file)
        if identity != order.identity {
            let digest = try self.digest()
            guard digest == order.facts.bytesDigest, try FileIdentity(of: file) == identity else {
                return Failure(
                    .sourceDisposal,
                    "\(Printable(order.source)) changed after it was separated, and was left where it is",
                    hint: "the changed file is a track of its own; nothing needs to be done", remedy: .reject)
            }
        }
        if ReadLease.isBeingWritten(file) == true {
            throw Failure(
                .sourceDisposal, "\(Printable(order.source)) is open for writing in some program",
                hint: "close it there", remedy: .retry(after: nil))
        }
        return nil
    }

    func digest() throws(Failure) -> Digest256 {
        try Failure.translating("reading", order.source) { try FileDigest.of(file).digest }
    }

    /// Whether the name still leads to the file that is held open.
    func isStillNamed() throws(Failure) -> Bool {
        guard let found = try parent.open(name) else { return false }
        let same: Bool
        do throws(Failure) { same = try FileIdentity(of: found) == FileIdentity(of: file) } catch {
            found.closeQuietly()
            throw error
        }
        try Failure.translating("closing", order.source) { try found.close() }
        return same
    }

    /// Removes the name, durably.
    func remove() throws(Failure) {
        guard try isStillNamed() else {
            throw Failure(
                .sourceDisposal, "\(Printable(order.source)) was replaced just now", remedy: .retry(after: nil))
        }
        do throws(Failure) { try parent.remove(name) } catch { throw Self.forbidden(error) }
        try parent.sync()
    }

    /// The watched folder is the producer's: a file that cannot be removed there is no failure of the output folder.
    static func forbidden(_ failure: Failure) -> Failure {
        guard failure.code == .outputUnwritable else { return failure }
        return Failure(
            .sourceDisposal, failure.message, hint: "let stemwatch write in the watched folder, or set `source: keep`",
            remedy: failure.remedy)
    }
}
