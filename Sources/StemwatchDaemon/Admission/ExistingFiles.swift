// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What happens to files that were in a folder before it was first watched: often years of files that are not to be
/// paid for.
enum ExistingFiles {
    /// Whether a file came before its folder was first watched, by the time of its last change of any kind (ctime): a
    /// copy that keeps an old modification time is new. It needs one moment a folder, so the answer is the same after a
    /// crash.
    static func wasThere(_ identity: FileIdentity, before firstWatched: WallTime) -> Bool {
        identity.changed / 1_000_000 < firstWatched.milliseconds
    }

    /// Why such a file is not taken; `nil` when it is.
    ///
    /// Held for a person, or rejected where existing files are ignored. The ledger has it either way: nothing is
    /// skipped silently.
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
