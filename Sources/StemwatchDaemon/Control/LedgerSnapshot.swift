// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Answers from the ledger's file alone, where no daemon runs.
struct LedgerSnapshot {
    private let configuration: Configuration

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// Why a folder could not be watched now.
    private func trouble(of name: FolderName) async -> Failure? {
        guard let folder = configuration.folders.first(where: { $0.name == name }) else { return nil }
        do throws(Failure) {
            _ = try await BlockingPool.shared.run { () throws(Failure) in try WatchedRoot.look(folder.watch) }
            return nil
        } catch {
            return error
        }
    }

    func answer(_ question: Question) async throws(Failure) -> JSONValue {
        let directory = configuration.stateDirectory
        let book = try await BlockingPool.shared.run { () throws(Failure) in
            var book = JobBook()
            try LedgerReader.replay(stateDirectory: directory, into: &book)
            return book
        }
        let reports = Reports(book: book, configuration: configuration, calendar: .local, now: .now)
        switch question {
        case .status:
            return [
                "daemon": "not running", "jobs": reports.counts,
                "folders": .array(
                    configuration.folders.map {
                        FolderReport.json($0, runtime: nil, isPaused: book.folders.isPaused($0.name))
                    }),
            ]
        case .jobs(let filter): return reports.jobs(filter)
        case .job(let id):
            let summary = try reports.job(id)
            return try await HistoryReport.json(summary, id, in: directory)
        case .why(let path):
            guard case .watched(let key) = PathLocation(path, configuration) else {
                return await WhyReport(isRunning: false).json(path, configuration)
            }
            return await WhyReport(
                job: book.job(at: key), history: try HistoryReport.json(of: key, in: directory), folders: book.folders,
                trouble: await trouble(of: key.folder), isRunning: false
            ).json(path, configuration)
        case .limits:
            var meter = MinuteMeter(calendar: .local)
            for known in book.spendings(since: .distantPast) { meter.add(known.spending, folder: known.folder) }
            let admission = Admission(budget: Budget(configuration), meter: meter, slots: Slots(configuration.backends))
            return reports.limits(admission)
        }
    }
}
