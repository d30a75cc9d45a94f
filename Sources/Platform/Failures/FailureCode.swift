// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The stable name of a failure: what scripts and metrics match on.
///
/// Codes of the kernel, of files and of the network stand here; each module above adds its own in one file,
/// `FailureCode+….swift`. `docs/codes.md` lists all of them, and a test compares the two.
public struct FailureCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

extension FailureCode {
    // source: a file that is read
    public static let sourceGone = Self(rawValue: "source.gone")
    public static let sourceChanged = Self(rawValue: "source.changed")
    public static let sourceUnreadable = Self(rawValue: "source.unreadable")
    public static let sourceNotRegular = Self(rawValue: "source.not_regular")

    // folder: a directory that is read or watched
    public static let folderMissing = Self(rawValue: "folder.missing")
    public static let folderUnreadable = Self(rawValue: "folder.unreadable")
    public static let folderWatchLimit = Self(rawValue: "folder.watch_limit")

    /// A service, or a limit of our own, asks for fewer requests.
    public static let rateLimited = Self(rawValue: "rate.limited")

    // network: between here and a service
    /// Nothing answers there: no such name, no route, no listener.
    public static let networkUnreachable = Self(rawValue: "network.unreachable")
    /// The connection was cut, or ended early.
    public static let networkInterrupted = Self(rawValue: "network.interrupted")
    /// No byte was sent or received for too long.
    public static let networkStalled = Self(rawValue: "network.stalled")
    /// The other side cannot prove its identity.
    public static let networkUntrusted = Self(rawValue: "network.untrusted")
    /// The response breaks the protocol: it is not HTTP, it is too long, or its content is not what was announced.
    public static let networkProtocol = Self(rawValue: "network.protocol")

    // output: a place that is written to
    public static let outputUnwritable = Self(rawValue: "output.unwritable")
    public static let outputFull = Self(rawValue: "output.full")
    public static let outputName = Self(rawValue: "output.name")

    // config: a file of settings, or a value in one
    public static let configInvalid = Self(rawValue: "config.invalid")
    public static let configUnreadable = Self(rawValue: "config.unreadable")

    // usage: what was typed
    public static let usageInvalid = Self(rawValue: "usage.invalid")

    // job: work that the caller ended
    public static let jobCancelled = Self(rawValue: "job.cancelled")

    // system: the kernel and the C libraries
    public static let systemIO = Self(rawValue: "system.io")
    public static let systemLimit = Self(rawValue: "system.limit")
    public static let systemUnsupported = Self(rawValue: "system.unsupported")
    public static let systemInternal = Self(rawValue: "system.internal")
}
