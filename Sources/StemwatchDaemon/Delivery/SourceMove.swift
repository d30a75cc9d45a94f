// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Moves a source into a folder, under its relative path and its own name; a taken name gets a number: `song (2).wav`.
///
/// Within one file system by one rename. Between two by a copy that is verified and on disk before the source is
/// removed.
struct SourceMove {
    private let order: DeliveryOrder
    private let folder: OutputFolder

    init(_ order: DeliveryOrder, to target: FilePath) {
        self.order = order
        // Group and mode stay the source's: no settings of the output apply.
        folder = OutputFolder(DeliverySettings(output: target), watched: nil)
    }

    /// Returns where it went.
    func run(_ source: borrowing DisposableSource) throws(Failure) -> FilePath {
        let root = try folder.open()
        let target = try directory(in: root)
        if let done = try finished(in: target) {
            // A crash came between the copy and the removal of the source. Or the same file was there before: one is
            // enough.
            try DurableFiles.sync(file: target.path.appending(done))
            try target.sync()
            try source.remove()
            return target.path.appending(done)
        }
        for number in 1...9999 {
            let name = name(number)
            let outcome: OpenDirectory.Renaming
            do throws(Failure) { outcome = try source.parent.rename(source.name, to: target, as: name) } catch {
                throw DisposableSource.forbidden(error)
            }
            switch outcome {
            case .taken: continue
            case .otherFileSystem: return try copy(source, into: target)
            case .done:
                try settle(name, in: target, from: source)
                return target.path.appending(name)
            }
        }
        throw exhausted(target.path)
    }

    /// Where the source is, if it was moved before a crash; durable when this returns.
    func finished() throws(Failure) -> FilePath? {
        guard var target = try folder.openExisting() else { return nil }
        for component in order.key.path.removingLastComponent().components {
            guard let next = try target.directory(component) else { return nil }
            target = next
        }
        guard let name = try finished(in: target) else { return nil }
        try target.sync()
        return target.path.appending(name)
    }

    /// The name of a file that is this source, among the names it would get.
    private func finished(in target: borrowing OpenDirectory) throws(Failure) -> FilePath.Component? {
        for number in 1...9999 {
            let name = name(number)
            guard try target.has(name) else { return nil }
            guard let file = try target.open(name) else { continue }
            let isOurs = try Failure.translating("reading", target.path.appending(name)) {
                try file.closeAfter {
                    // Most other files differ in size, which needs no reading.
                    guard try FileIdentity(of: file).size == order.identity.size else { return false }
                    return try FileDigest.of(file).digest == order.facts.bytesDigest
                }
            }
            if isOurs { return name }
        }
        return nil
    }

    /// After the rename: the moved file must be the one that was checked, not one that took its name in between.
    private func settle(
        _ name: FilePath.Component, in target: borrowing OpenDirectory, from source: borrowing DisposableSource
    ) throws(Failure) {
        let held = try FileIdentity(of: source.descriptor)
        let moved = try FileIdentity.at(target.path.appending(name))
        guard moved?.inode == held.inode, moved?.device == held.device else {
            _ = try target.rename(name, to: source.parent, as: source.name)
            throw Failure(
                .sourceDisposal, "\(Printable(order.source)) was replaced while it was moved",
                remedy: .retry(after: nil))
        }
        try target.sync()
        try source.parent.sync()
    }

    private func copy(
        _ source: borrowing DisposableSource, into target: borrowing OpenDirectory
    ) throws(Failure) -> FilePath {
        // Named after the job, so that the next attempt finds and replaces what a crash left.
        let temporary = FilePath.Component(".stemwatch-\(order.job).tmp")!
        try target.remove(temporary)
        let path = target.path.appending(temporary)
        try Files.copy(from: source.parent.path.appending(source.name), to: path)
        try prove(path, is: source)
        for number in 1...9999 {
            let name = name(number)
            guard try target.rename(temporary, to: target, as: name) == .done else { continue }
            try target.sync()
            try source.remove()
            return target.path.appending(name)
        }
        throw exhausted(target.path)
    }

    /// Syncs the copy, and removes it unless it holds what was separated.
    private func prove(_ copy: FilePath, is source: borrowing DisposableSource) throws(Failure) {
        let digest = try Failure.translating("reading", copy) {
            let file = try FileDescriptor.open(copy, .readWrite, options: [.noFollow, .closeOnExec])
            return try file.closeAfter {
                if let error = Permissions.take(from: source.descriptor, to: file) { throw error }
                return try FileDigest.of(file).digest
            }
        }
        try DurableFiles.sync(file: copy)
        guard digest == order.facts.bytesDigest else {
            try DurableFiles.removeTree(copy)
            throw Failure(
                .sourceDisposal, "the copy \(Printable(copy)) differs from \(Printable(order.source))",
                hint: "check the disk", remedy: .retry(after: nil))
        }
    }

    /// The source's own name, byte for byte, with a number before the extension from 2 on.
    private func name(_ number: Int) -> FilePath.Component {
        let own: FilePath.Component = order.key.path.lastComponent ?? "track"
        guard number > 1 else { return own }
        let bytes = own.bytes
        let dot = bytes.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil } ?? bytes.count
        let tail = Array(" (\(number))".utf8) + bytes[dot...]
        return FilePath.Component(bytes: bytes[..<min(dot, 255 - tail.count)] + tail)
    }

    private func directory(in root: consuming OpenDirectory) throws(Failure) -> OpenDirectory {
        var here = root
        for component in order.key.path.removingLastComponent().components {
            try here.makeDirectory(component)
            guard let next = try here.directory(component) else {
                throw Failure(
                    .outputUnwritable, "\(Printable(here.path.appending(component))) went away while it was used",
                    remedy: .retry(after: nil))
            }
            here = next
        }
        return here
    }

    private func exhausted(_ path: FilePath) -> Failure {
        Failure(
            .sourceDisposal, "\(Printable(path)) holds 9999 files named like \(Printable(order.key.path))",
            hint: "move some away", remedy: .hold(until: .surroundings))
    }
}
