// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// What is known at one moment: by a running daemon, or from its ledger alone. The whole answer to every question.
package struct EngineSnapshot: Sendable {
    var book: JobBook
    var configuration: Configuration
    var admission: Admission
    var now: WallTime
    /// What only a running daemon knows; `nil`: none runs.
    var daemon: Running?

    struct Running: Sendable {
        var startedAt: WallTime
        /// Why nothing new is begun: the ledger cannot be written.
        var ledgerTrouble: Failure?
        var folders: [FolderName: FolderRuntime]
        var cooldowns: Cooldowns
        /// The jobs in hand, and what is being done for each, as far as that is known.
        var runs: [JobID: Activity?]
        var claims: AudioClaims
    }

    /// Blocks no thread of the cooperative pool while it reads the ledger.
    /// - Throws: `ledger.damaged`, `ledger.newer`.
    init(ledgerOf configuration: Configuration) async throws(Failure) {
        let directory = configuration.stateDirectory
        book = try await BlockingPool.shared.run { () throws(Failure) in
            var book = JobBook()
            try LedgerReader.replay(stateDirectory: directory, into: &book)
            return book
        }
        self.configuration = configuration
        var meter = MinuteMeter(calendar: .local)
        for known in book.spendings(since: .distantPast) { meter.add(known.spending, folder: known.folder) }
        admission = Admission(budget: Budget(configuration), meter: meter, slots: Slots(configuration.backends))
        now = .now
    }

    init(book: JobBook, configuration: Configuration, admission: Admission, now: WallTime, daemon: Running) {
        self.book = book
        self.configuration = configuration
        self.admission = admission
        self.now = now
        self.daemon = daemon
    }
}

extension Engine {
    func snapshot() -> EngineSnapshot {
        EngineSnapshot(
            book: book, configuration: configuration, admission: admission, now: now(),
            daemon: .init(
                startedAt: startedAt, ledgerTrouble: ledgerTrouble, folders: folders, cooldowns: cooldowns,
                runs: runs.mapValues(\.progress.activity), claims: claims))
    }

    /// For the service manager's status line.
    func oneLine() -> String {
        let waiting = book.counts[.queued, default: 0]
        let attention = book.counts[.held, default: 0] + book.counts[.failed, default: 0]
        let activities = runs.keys.sorted().compactMap { runs[$0]?.progress.activity }
        return "\(runs.count) running\(Activity.line(of: activities)), \(waiting) queued, \(attention) need attention"
    }
}
