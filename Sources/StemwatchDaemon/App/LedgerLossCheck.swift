// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Finds a lost ledger. A `state_dir` whose disk is not mounted looks like a first start, and everything would be paid
/// for again.
enum LedgerLossCheck {
    /// The most directories of an output folder to look into: enough to find one delivery among other things.
    private static let looks = 1000

    /// - Throws: `ledger.lost` when there is no ledger, and a folder whose backend bills has stems that were made here.
    static func check(
        _ configuration: Configuration, _ backends: [BackendName: any Backend]
    ) async throws(Failure) {
        let billed = configuration.folders.filter { backends[$0.backend]?.traits.billing == .billed }
        guard !billed.isEmpty else { return }
        try await BlockingPool.shared.run { () throws(Failure) in
            let ledger = LedgerFiles(directory: configuration.stateDirectory).ledger
            guard try FileStatus.at(ledger) == nil else { return }
            for folder in billed {
                guard let stems = delivery(in: folder.delivery.output) else { continue }
                throw Failure(
                    .ledgerLost,
                    "there is no ledger \(Printable(ledger)), but \(Printable(stems)) was delivered from here: what "
                        + "was "
                        + "paid for would be paid for again",
                    hint: "mount the disk of state_dir; to begin anew all the same: touch '\(Printable(ledger))'",
                    remedy: .stop)
            }
        }
    }

    /// A folder of stems that was made here, somewhere in an output folder. Directories that cannot be read are
    /// skipped: delivery reports them.
    private static func delivery(in output: FilePath) -> FilePath? {
        var (waiting, next) = ([output], 0)
        while next < min(waiting.count, looks) {
            let folder = waiting[next]
            next += 1
            if let directory = try? OpenDirectory(folder), (try? StemManifest(in: directory)) != nil { return folder }
            let names = (try? DirectoryListing.entries(of: folder)) ?? []
            waiting += names.filter { $0.kind == .directory }.map { folder.appending($0.name) }
        }
        return nil
    }
}
