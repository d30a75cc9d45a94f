// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The stable name of a failure: what scripts and metrics match on. Every code there is stands in this file,
/// and in `docs/codes.md`; a test holds the two together.
public struct FailureCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    /// For reading codes back from a ledger, which may be of a newer version.
    public init(rawValue: String) { self.rawValue = rawValue }
    private init(_ rawValue: String) { self.rawValue = rawValue }

    // audio: verdicts on the content of a file
    /// The container declares more audio than the file holds.
    public static let audioIncomplete = Self("audio.incomplete")
    /// The content cannot be decoded to its end.
    public static let audioBroken = Self("audio.broken")
    /// Sound, perhaps, but of a kind the decoders here do not read.
    public static let audioUnsupported = Self("audio.unsupported")
    /// Not audio at all.
    public static let audioNotAudio = Self("audio.not_audio")
    /// Every sample is zero, or below the threshold.
    public static let audioSilent = Self("audio.silent")
    public static let audioTooLong = Self("audio.too_long")
    public static let audioTooShort = Self("audio.too_short")
    public static let audioTooLarge = Self("audio.too_large")
    public static let audioChannels = Self("audio.channels")
    public static let audioRate = Self("audio.rate")

    // source: the file in the watched folder
    public static let sourceGone = Self("source.gone")
    public static let sourceChanged = Self("source.changed")
    public static let sourceUnreadable = Self("source.unreadable")
    public static let sourceNotRegular = Self("source.not_regular")
    public static let sourceIsStem = Self("source.is_stem")
    public static let sourceExisted = Self("source.existed")
    public static let sourceDisposal = Self("source.disposal")

    // duplicate: the same audio, already separated
    public static let duplicateSkipped = Self("duplicate.skipped")
    public static let duplicateStemsMissing = Self("duplicate.stems_missing")
    public static let duplicateWaits = Self("duplicate.waits")

    // folder: a watched folder
    public static let folderMissing = Self("folder.missing")
    public static let folderUnknown = Self("folder.unknown")
    public static let folderUnreadable = Self("folder.unreadable")
    public static let folderMarkerMissing = Self("folder.marker_missing")
    public static let folderWatchLimit = Self("folder.watch_limit")

    // minutes and rate: limits kept before the fact
    public static let minutesExhausted = Self("minutes.exhausted")
    public static let minutesTrackTooLong = Self("minutes.track_too_long")
    public static let rateLimited = Self("rate.limited")

    // backend: what separates
    public static let backendUnavailable = Self("backend.unavailable")
    public static let backendUnknown = Self("backend.unknown")
    public static let backendFailed = Self("backend.failed")
    public static let backendTimeout = Self("backend.timeout")
    public static let backendBadStems = Self("backend.bad_stems")
    public static let backendExpired = Self("backend.expired")
    public static let backendOutcomeUnknown = Self("backend.outcome_unknown")
    public static let backendProgramMissing = Self("backend.program_missing")
    public static let backendUnauthorized = Self("backend.unauthorized")

    // network: between here and a service
    /// Nobody answers there: no such name, no route, no listener.
    public static let networkUnreachable = Self("network.unreachable")
    /// The connection was cut, or ended early.
    public static let networkInterrupted = Self("network.interrupted")
    /// Nothing came or went for too long.
    public static let networkStalled = Self("network.stalled")
    /// The other side cannot prove who it is.
    public static let networkUntrusted = Self("network.untrusted")
    /// What came is not what was agreed on: no HTTP, too much, another content than announced.
    public static let networkProtocol = Self("network.protocol")

    // output: where stems go
    public static let outputUnwritable = Self("output.unwritable")
    public static let outputFull = Self("output.full")
    public static let outputName = Self("output.name")

    // ledger
    public static let ledgerLocked = Self("ledger.locked")
    public static let ledgerDamaged = Self("ledger.damaged")
    /// Not there, though what it told of is.
    public static let ledgerLost = Self("ledger.lost")
    /// Written by a newer version, in a form that this one does not know.
    public static let ledgerNewer = Self("ledger.newer")
    public static let ledgerWrite = Self("ledger.write")
    public static let ledgerFull = Self("ledger.full")

    // config
    public static let configInvalid = Self("config.invalid")
    public static let configUnreadable = Self("config.unreadable")

    // usage: what was typed
    public static let usageInvalid = Self("usage.invalid")

    // control and jobs
    public static let controlNoDaemon = Self("control.no_daemon")
    public static let controlForbidden = Self("control.forbidden")
    public static let controlBusy = Self("control.busy")
    public static let controlProtocol = Self("control.protocol")
    public static let jobUnknown = Self("job.unknown")
    public static let jobState = Self("job.state")
    public static let jobCancelled = Self("job.cancelled")
    public static let jobGaveUp = Self("job.gave_up")

    // account: of the service
    public static let accountUnknown = Self("account.unknown")

    // mail: that the service sends
    public static let mailUnavailable = Self("mail.unavailable")
    public static let mailUnauthorized = Self("mail.unauthorized")
    public static let mailQuota = Self("mail.quota")
    /// This one mail, for good.
    public static let mailRefused = Self("mail.refused")

    // system: the kernel and the C libraries
    public static let systemIO = Self("system.io")
    public static let systemLimit = Self("system.limit")
    public static let systemUnsupported = Self("system.unsupported")
    public static let systemInternal = Self("system.internal")
}
