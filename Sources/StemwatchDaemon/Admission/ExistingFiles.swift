// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What happens to files that were in a folder before it was first watched: a pile of years that nobody meant to pay for.
enum ExistingFiles {
    /// Whether a file came before its folder was first watched, by the time the kernel set on it when it came or changed
    /// last; a copy that keeps an old modification time is new all the same. Needs one moment a folder, so it holds through
    /// restarts and crashes.
    static func wasThere(_ identity: FileIdentity, before firstWatched: WallTime) -> Bool {
        identity.changed / 1_000_000 < firstWatched.milliseconds
    }

    /// Why such a file is not taken; `nil` when it is.
    ///
    /// Held for a person, or rejected where they are to be ignored: either way it stands in the ledger, and nothing is
    /// skipped in silence.
    /// - Parameter policy: as configured; `nil` takes what costs nothing and holds what is billed.
    static func refusal(
        policy: ExistingPolicy?, billing: BackendTraits.Billing, folder: FolderName
    ) -> Failure? {
        switch policy ?? (billing == .free ? .take : .hold) {
        case .take: nil
        case .hold:
            Failure(
                .sourceExisted, "it was there before folder \(folder) was first watched",
                hint: "stemwatch retry JOB takes it; existing_files: take would have taken all",
                remedy: .hold(until: .person))
        case .ignore:
            Failure(
                .sourceExisted, "it was there before folder \(folder) was first watched, and existing_files is ignore",
                hint: "stemwatch retry JOB takes it", remedy: .reject)
        }
    }
}
