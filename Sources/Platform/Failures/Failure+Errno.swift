// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension Failure {
    /// An error of the kernel, with what to do about it: a full disk or quota waits for room (`output.full`), an
    /// exhausted table or memory is tried again (`system.limit`), a read-only or forbidden place waits until a person
    /// opens it, and everything else is an I/O error that is tried again (`system.io`).
    ///
    /// - Parameters:
    ///   - doing: a phrase such as `opening` or `renaming into place`.
    ///   - path: what it was done to.
    public init(_ errno: Errno, _ doing: String, _ path: FilePath? = nil) {
        let what = path.map { "\(doing) \(Printable($0))" } ?? doing
        let message = "\(what) failed: \(errno.description.lowercased())"
        switch errno {
        case .noSpace, .diskQuotaExceeded:
            self.init(.outputFull, message, hint: "free some space", remedy: .hold(until: .surroundings))
        case .tooManyOpenFiles, .tooManyOpenFilesInSystem:
            self.init(.systemLimit, message, hint: "raise LimitNOFILE= of the service", remedy: .retry(after: nil))
        case .noMemory:
            self.init(.systemLimit, message, remedy: .retry(after: nil))
        case .readOnlyFileSystem:
            self.init(
                .systemIO, message, hint: "mount it writable, or open it to the service with ReadWritePaths=",
                remedy: .hold(until: .surroundings))
        case .permissionDenied, .notPermitted:
            self.init(
                .systemIO, message, hint: "give the user that this program runs as access to it",
                remedy: .hold(until: .surroundings))
        default:
            self.init(.systemIO, message, remedy: .retry(after: nil))
        }
    }

    /// Calls something that throws `Errno`, as SystemPackage does, and throws a `Failure` in its place.
    public static func translating<T>(
        _ doing: String, _ path: FilePath? = nil, _ body: () throws -> T
    ) throws(Failure) -> T {
        do {
            return try body()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure((error as? Errno) ?? .ioError, doing, path)
        }
    }
}
