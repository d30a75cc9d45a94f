// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Whether a file is one of our stems, by the `stems.json` beside it: the look that costs one small file, where the ledger's
/// digests would need the whole one read.
public enum OwnStems {
    /// The job that made the file at `path`, when the `stems.json` in its directory is ours and names the file with the size
    /// it has; `nil` otherwise. A song somebody put over a stem is a song again as soon as its size differs; the digests in
    /// the ledger tell the rest. Blocks: call it on a pool.
    /// - Throws: `source.unreadable` for a directory that may not be read, `system.io`.
    public static func job(of path: FilePath) throws(Failure) -> JobID? {
        guard let name = path.lastComponent, let status = try FileStatus.at(path), status.kind == .regular else {
            return nil
        }
        guard let manifest = try manifest(in: path.removingLastComponent()) else { return nil }
        let isNamed = manifest.stems.contains {
            Array($0.file.utf8) == name.bytes && $0.bytes == status.identity.size
        }
        return isNamed ? manifest.job : nil
    }

    private static func manifest(in directory: FilePath) throws(Failure) -> StemManifest? {
        do throws(Failure) { return try StemManifest(in: OpenDirectory(directory)) } catch {
            guard error.code == .outputUnwritable else { throw error }
            throw Failure(.sourceUnreadable, error.message, hint: error.hint, remedy: error.remedy)
        }
    }
}
