// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform

/// What a look at a pending file found; see ``SettleProbe``.
public enum ProbeResult: Hashable, Sendable {
    /// The same at both ends of the look, and nobody here writes it, as far as the kernel can tell.
    case quiet(FileIdentity, Proof)
    /// It changed while it was looked at; this is what it is now.
    case changed(FileIdentity)
    /// A local process has it open for writing.
    case busy(FileIdentity)
    /// 0 bytes.
    case empty(FileIdentity)
    /// Nothing is there under this name.
    case gone
    /// A link, a directory, a FIFO: none of our business.
    case notRegular
    /// It could not be looked at; says nothing about the file.
    case unreadable(Failure)

    /// What the container says about its own completeness.
    public enum Proof: Hashable, Sendable {
        case complete
        /// More is declared than there is. The failure's remedy is `reject`.
        case incomplete(Failure)
        /// The format cannot tell.
        case unproven
    }
}

/// What came of a look at a pending file.
public enum SettlingOutcome: Hashable, Sendable {
    /// It stopped changing and nobody is writing it.
    case settled(SettledFile)
    /// It stopped changing but cannot be taken; the failure's remedy says what is to become of it: `reject` for a file that
    /// stayed incomplete by its own header, otherwise what the trouble of reading it asks for.
    case refused(SettledFile, Failure)
    /// It stays pending, or is pending no more because it is gone.
    case again

    /// The file handed on; `nil` when none is.
    public var file: SettledFile? {
        switch self {
        case .settled(let file), .refused(let file, _): file
        case .again: nil
        }
    }
}

/// A file that waits to settle, for `status` and `why`.
public struct PendingFile: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Until it has been quiet for long enough.
        case quiet
        case empty
        /// A local process has it open for writing.
        case busy
        case incomplete(Failure)
        case unreadable(Failure)
        /// Its folder cannot be watched at the moment.
        case folderAway
        /// It is being taken in.
        case handedOn
    }
    public var key: FileKey
    public var identity: FileIdentity
    public var reason: Reason
    /// How long it has not changed, as far as was seen.
    public var unchangedFor: Duration
    /// Until it is looked at next; `nil` when that is not a matter of time.
    public var nextLook: Duration?

    /// One sentence for a person.
    public var sentence: String {
        let when = nextLook.map { ", looked at again in \(max($0, .seconds(1)).spoken)" } ?? ""
        switch reason {
        case .quiet: return "waits to be left alone for long enough, unchanged for \(unchangedFor.spoken)\(when)"
        case .empty: return "is empty, waits for content\(when)"
        case .busy: return "is open for writing in another program\(when)"
        case .incomplete(let failure): return "is incomplete (\(failure.message)), waits for the rest\(when)"
        case .unreadable(let failure): return "cannot be read (\(failure.message))\(when)"
        case .folderAway: return "waits for its folder to come back"
        case .handedOn: return "has settled and is being taken in"
        }
    }
}
