// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What a look at a pending file found; see ``SettleProbe``.
enum ProbeResult: Hashable, Sendable {
    /// It was the same before and after the look, and the kernel knows of no writer on this machine.
    case quiet(FileIdentity, Proof)
    /// It changed during the look; this is its identity now.
    case changed(FileIdentity)
    /// A local process has it open for writing.
    case busy(FileIdentity)
    /// 0 bytes.
    case empty(FileIdentity)
    /// Nothing is there under this name.
    case gone
    /// A link, a directory or a FIFO: it is never taken.
    case notRegular
    /// The look failed, which proves nothing about the file.
    case unreadable(Failure)

    /// Whether the container proves its own completeness.
    enum Proof: Hashable, Sendable {
        case complete
        /// More is declared than there is. The failure's remedy is `reject`.
        case incomplete(Failure)
        /// The format does not declare its length.
        case unproven
    }
}

/// What came of a look at a pending file.
enum SettlingOutcome: Hashable, Sendable {
    /// It stopped changing and has no writer.
    case settled(SettledFile)
    /// It stopped changing but cannot be taken. The failure's remedy is `reject` for a file that stayed incomplete by
    /// its own header, otherwise that of the error in reading it.
    case refused(SettledFile, Failure)
    /// It stays pending, or is pending no more because it is gone.
    case again

    /// The file handed on; `nil` when none is.
    var file: SettledFile? {
        switch self {
        case .settled(let file), .refused(let file, _): file
        case .again: nil
        }
    }
}

/// A file that waits to settle, for `status` and `why`.
struct PendingFile: Hashable, Sendable {
    enum Reason: Hashable, Sendable {
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
    var key: FileKey
    var identity: FileIdentity
    var reason: Reason
    /// How long it was seen without a change.
    var unchangedFor: Duration
    /// Until it is looked at next; `nil` when that is not a matter of time.
    var nextLook: Duration?

    /// One sentence for a person.
    var sentence: String {
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

/// A file that stopped changing and has no writer: what settling hands on.
struct SettledFile: Hashable, Sendable {
    let key: FileKey
    /// The identity it settled with; intake proves that what it read was still this.
    let identity: FileIdentity
}
