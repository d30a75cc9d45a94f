// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Objects as files below one directory: `uploads/<upload>` and `stems/<job>/<stem>`, which other users cannot read.
struct LocalStorage: ObjectStorage {
    private let uploads: FilePath
    private let stems: FilePath

    /// Makes what is missing of the directories.
    init(_ root: FilePath) throws(Failure) {
        uploads = root.appending("uploads")
        stems = root.appending("stems")
        for path in [uploads, stems] { try DurableFiles.makeDirectories(path, mode: 0o700) }
    }

    private func path(_ key: ObjectKey) -> FilePath {
        switch key {
        case .upload(let id):
            precondition(Identifier.isWellFormed(id, .upload), "not an upload's name")
            return uploads.appending(id)
        case .stem(let job, let stem):
            precondition(Identifier.isWellFormed(job, .job), "not a job's name")
            return stems.appending(job).appending(stem.rawValue)
        }
    }

    func write(_ key: ObjectKey, from offset: Int64) throws(Failure) -> any ObjectWriter {
        let path = path(key)
        if case .stem = key { try DurableFiles.makeDirectory(path.removingLastComponent(), mode: 0o700) }
        let file = try Failure.translating("opening", path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .noFollow, .closeOnExec], permissions: .ownerReadWrite)
        }
        let writer = LocalWriter(file, path: path, at: offset)
        guard try FileStatus.of(file).identity.size >= offset else {
            throw Failure(.systemIO, "\(Printable(path)) is shorter than \(offset) bytes", remedy: .retry(after: nil))
        }
        try Failure.translating("cutting off", path) { try file.resize(to: offset) }
        return writer
    }

    func read(_ key: ObjectKey) throws(Failure) -> (any ObjectReader)? {
        let path = path(key)
        guard let status = try FileStatus.at(path) else { return nil }
        guard status.kind == .regular else {
            throw Failure(.systemIO, "\(Printable(path)) is no regular file", remedy: .retry(after: nil))
        }
        do throws(Failure) {
            return try LocalReader(Files.openRegular(path), path: path)
        } catch  where error.code == .sourceGone {
            return nil
        }
    }

    func adopt(_ files: [(path: FilePath, key: ObjectKey)]) throws(Failure) {
        var directories: [FilePath] = []
        for (file, key) in files {
            let path = path(key)
            let directory = path.removingLastComponent()
            if !directories.contains(directory) {
                directories.append(directory)
                if case .stem = key { try DurableFiles.makeDirectory(directory, mode: 0o700) }
            }
            try DurableFiles.sync(file: file)
            try Files.replace(path, by: file)
        }
        for directory in directories { try DurableFiles.sync(directory: directory) }
    }

    func lend(_ key: ObjectKey, at target: FilePath) throws(Failure) {
        // The same file under another name: nothing is copied, and it outlives the removal of the object.
        // Where the file system cannot do that, a copy does as well.
        if try !Files.link(path(key), to: target) { try Files.copy(from: path(key), to: target, mode: 0o600) }
    }

    func remove(_ key: ObjectKey) throws(Failure) {
        let path = path(key)
        try DurableFiles.removeTree(path)
        if case .stem = key { try Files.removeDirectoryIfEmpty(path.removingLastComponent()) }
    }

    func keys() throws(Failure) -> [ObjectKey] {
        var keys: [ObjectKey] = []
        for entry in try DirectoryListing.entries(of: uploads) {
            // A file that was not named here is not ours to remove.
            let id = entry.name.string
            if Identifier.isWellFormed(id, .upload) { keys.append(.upload(id)) }
        }
        for entry in try DirectoryListing.entries(of: stems) {
            let job = entry.name.string
            guard Identifier.isWellFormed(job, .job) else { continue }
            let files = try DirectoryListing.entries(of: stems.appending(entry.name))
            // Left empty by a process that was killed: any of its stems stands for it, and takes it along.
            if files.isEmpty { keys.append(.stem(job, .vocals)) }
            for stem in files {
                if let name = StemName(rawValue: stem.name.string) { keys.append(.stem(job, name)) }
            }
        }
        return keys
    }

    func room() throws(Failure) -> Int64 { Int64(clamping: try FileSystemStatus.at(uploads).availableBytes) }
}

/// `@unchecked Sendable`: `offset` is touched by one call at a time, as ``ObjectWriter`` asks.
private final class LocalWriter: ObjectWriter, @unchecked Sendable {
    private let file: FileDescriptor
    private let path: FilePath
    private var offset: Int64

    init(_ file: FileDescriptor, path: FilePath, at offset: Int64) {
        self.file = file
        self.path = path
        self.offset = offset
    }

    deinit { file.closeQuietly() }

    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        let written = try Failure.translating("writing", path) {
            try file.writeAll(toAbsoluteOffset: offset, bytes)
        }
        offset += Int64(written)
    }

    func finish() throws(Failure) {
        // The file that was written, also when it was removed meanwhile and none is at its path.
        try OpenDirectory.sync(file: file, path)
        try DurableFiles.sync(directory: path.removingLastComponent())
    }
}

private final class LocalReader: ObjectReader, Sendable {
    let length: Int64
    private let file: FileDescriptor
    private let path: FilePath

    init(_ file: FileDescriptor, path: FilePath) throws(Failure) {
        self.file = file
        self.path = path
        length = try FileStatus.of(file).identity.size
    }

    deinit { file.closeQuietly() }

    func read(at offset: Int64, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        try Failure.translating("reading", path) { try file.read(fromAbsoluteOffset: offset, into: buffer) }
    }
}
