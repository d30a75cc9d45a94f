// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// Removes what a crash left of jobs that are over. What cannot be removed is logged; the start goes on.
struct StartupSweep: Sendable {
    private let configuration: Configuration
    private let log: Logger

    init(_ configuration: Configuration, _ log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    func run(keeping book: JobBook) async {
        let jobs = book.unfinished
        for folder in configuration.folders {
            await attempt(["folder": "\(folder.name)"]) { () throws(Failure) in
                let swept = try await Delivery(folder.delivery).sweep(keeping: jobs)
                guard swept > 0 else { return }
                log.info(
                    "cleared away unfinished deliveries", metadata: ["folder": "\(folder.name)", "count": "\(swept)"])
            }
        }
        await attempt { () throws(Failure) in
            try await WorkArea(stateDirectory: configuration.stateDirectory).sweep(keeping: jobs)
        }
        let transfers = TransferScratch(stateDirectory: configuration.stateDirectory)
        let handles = Set(jobs.compactMap { book.job($0)?.remote?.handle })
        await attempt { () throws(Failure) in
            try await BlockingPool.shared.run { () throws(Failure) in try transfers.sweep(keeping: handles) }
        }
    }

    private func attempt(_ metadata: Logger.Metadata = [:], _ sweep: () async throws(Failure) -> Void) async {
        do throws(Failure) { try await sweep() } catch {
            log.warning(
                "\(error.message)", metadata: metadata.merging(["code": "\(error.code.rawValue)"]) { $1 })
        }
    }
}
