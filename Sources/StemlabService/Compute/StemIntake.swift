// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI
import SystemPackage

/// Takes over what a process wrote that has read hostile bytes: looks at names and kinds, and hashes; parses nothing.
enum StemIntake {
    /// What stands in the output directory. Blocks.
    /// - Returns: `nil` when a stem is not there, or is anything but a file with one name.
    static func look(_ work: ComputeWork) throws(Failure) -> [StemRecord]? {
        var stems: [StemRecord] = []
        for name in work.stems {
            let path = work.path(of: name)
            guard let status = try FileStatus.at(path), status.kind == .regular, status.links == 1 else { return nil }
            stems.append(try digest(path, name))
        }
        return stems
    }

    private static func digest(_ path: FilePath, _ name: StemName) throws(Failure) -> StemRecord {
        let file = try Files.openRegular(path)
        defer { file.closeQuietly() }
        let (bytes, digest) = try Failure.translating("reading", path) { try FileDigest.of(file) }
        return StemRecord(name: name, bytes: bytes, sha256: digest.hex)
    }

    /// The stems of a job that was ended or deleted, which are not needed. Those of one that another worker has, or
    /// has done, are that one's.
    static func left(_ job: String, _ stems: [StemName], in store: Store) async throws -> [ObjectKey] {
        let state = try await store.read { db in try JobTable.find(job, in: db)?.state }
        switch state {
        case nil, .failed, .cancelled: return stems.map { .stem(job, $0) }
        case .queued, .running, .succeeded: return []
        }
    }
}

extension ComputeWork {
    /// Where a stem is to stand.
    func path(of stem: StemName) -> FilePath { output.appending("\(stem.rawValue).\(format.fileExtension)") }
}
