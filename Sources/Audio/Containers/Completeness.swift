// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// Whether a file holds all that its own container declares, checked without decoding.
public enum Completeness: Hashable, Sendable {
    /// Proven: every part that the container declares is there, to the last byte. This proves nothing about their
    /// content.
    case complete
    /// The file holds less than is declared: it is still being copied, or was cut off.
    case incomplete(Shortfall)
    /// The container declares nothing, or something odd that honest programs also write.
    case unproven

    /// What is missing.
    public struct Shortfall: Hashable, Sendable {
        public enum Unit: Hashable, Sendable { case bytes, frames }
        public let declared: Int64
        public let actual: Int64
        public let unit: Unit
    }

    /// Looks at the headers of an open file, and at its tail where the format keeps the proof there (FLAC, Ogg): at
    /// most some hundred kilobytes, whatever the file's size.
    ///
    /// A file with holes is never complete: programs that copy with several threads, or that set the size first, fill
    /// them later. Nor is anything that ``AudioReader`` would not open.
    /// - Parameters:
    ///   - descriptor: of a regular file, open for reading. Stays the caller's; its offset may be moved.
    ///   - name: of the file, for messages.
    /// - Throws: `system.io` when it cannot be read.
    public static func of(_ descriptor: FileDescriptor, name: FilePath) throws(Failure) -> Completeness {
        let source = ByteSource(descriptor, length: try FileStatus.of(descriptor).identity.size)
        let report = HeaderReport.of(source, Container.of(source))
        if let error = source.error { throw .unreadable(error, name) }
        guard report.completeness == .complete, Holes.exist(in: descriptor, length: source.length) else {
            return report.completeness
        }
        return .unproven
    }

    /// The same for the regular file at `path`.
    /// - Throws: also `source.gone`, `source.not_regular`, `source.unreadable`.
    public static func of(_ path: FilePath) throws(Failure) -> Completeness {
        let descriptor = try Files.openRegular(path)
        defer { descriptor.closeQuietly() }
        return try of(descriptor, name: path.lastComponent.map { FilePath(root: nil, [$0]) } ?? path)
    }

    static func missing(_ declared: Int64, _ actual: Int64, _ unit: Shortfall.Unit = .bytes) -> Self {
        .incomplete(Shortfall(declared: declared, actual: actual, unit: unit))
    }
}
