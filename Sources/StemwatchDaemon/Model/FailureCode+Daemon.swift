// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Platform

/// The codes of failures that only the daemon and its command line know.
extension FailureCode {
    // source: the file in the watched folder
    package static let sourceIsStem = Self(rawValue: "source.is_stem")
    package static let sourceExisted = Self(rawValue: "source.existed")
    package static let sourceDisposal = Self(rawValue: "source.disposal")

    // duplicate: the same audio, already separated
    package static let duplicateSkipped = Self(rawValue: "duplicate.skipped")
    package static let duplicateStemsMissing = Self(rawValue: "duplicate.stems_missing")
    package static let duplicateWaits = Self(rawValue: "duplicate.waits")

    // folder: a watched folder
    package static let folderUnknown = Self(rawValue: "folder.unknown")
    package static let folderMarkerMissing = Self(rawValue: "folder.marker_missing")

    // minutes: limits kept before the fact
    package static let minutesTrackTooLong = Self(rawValue: "minutes.track_too_long")

    // backend: what separates
    package static let backendUnavailable = Self(rawValue: "backend.unavailable")
    package static let backendUnknown = Self(rawValue: "backend.unknown")
    package static let backendFailed = Self(rawValue: "backend.failed")
    package static let backendTimeout = Self(rawValue: "backend.timeout")
    package static let backendExpired = Self(rawValue: "backend.expired")
    package static let backendOutcomeUnknown = Self(rawValue: "backend.outcome_unknown")
    package static let backendProgramMissing = Self(rawValue: "backend.program_missing")
    package static let backendUnauthorized = Self(rawValue: "backend.unauthorized")

    // ledger
    package static let ledgerLocked = Self(rawValue: "ledger.locked")
    package static let ledgerDamaged = Self(rawValue: "ledger.damaged")
    /// Not there, though stems that it recorded are.
    package static let ledgerLost = Self(rawValue: "ledger.lost")
    /// Written by a newer version, in a form that this one does not know.
    package static let ledgerNewer = Self(rawValue: "ledger.newer")
    package static let ledgerWrite = Self(rawValue: "ledger.write")
    package static let ledgerFull = Self(rawValue: "ledger.full")

    // control and jobs
    package static let controlNoDaemon = Self(rawValue: "control.no_daemon")
    package static let controlForbidden = Self(rawValue: "control.forbidden")
    package static let controlBusy = Self(rawValue: "control.busy")
    package static let controlProtocol = Self(rawValue: "control.protocol")

    package static let jobUnknown = Self(rawValue: "job.unknown")
    package static let jobState = Self(rawValue: "job.state")
    package static let jobGaveUp = Self(rawValue: "job.gave_up")
}
