// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Logging
import Platform
import SystemPackage

/// The part of the service that separates, put together: minutes, uploads, jobs, storage and compute.
struct SeparationService: Sendable {
    /// Those of the database, after the accounts'.
    static let migrations: [Migration] = [
        MinutesSchema.migration, UploadsSchema.migration, JobsSchema.migration, SigningKey.migration,
        BalanceSnapshot.migration,
    ]

    /// Where ``LocalStorage`` keeps objects, below the service's directory.
    static func objects(below directory: FilePath) -> FilePath { directory.appending("objects") }

    static func storage(_ configuration: ServiceConfiguration) async throws -> LocalStorage {
        try await BlockingPool.shared.run { () throws(Failure) in
            try LocalStorage(objects(below: configuration.stateDirectory))
        }
    }

    /// Everything it answers to.
    let routes: [Route]

    let sweep: Sweep
    /// What it keeps of accounts.
    let accountData: SeparationData
    private let workers: Workers
    private let log: Logger

    init(
        _ configuration: ServiceConfiguration, store: Store, compute: any Compute, log: Logger
    ) async throws {
        let storage = try await Self.storage(configuration)
        let limits = configuration.limits
        let signer = try await store.read { db in try SigningKey.signer(in: db) }
        let urls = SignedURLs(origin: configuration.origin, signer: signer)
        let signal = WorkerWakeup(workers: configuration.separation.slots)
        let uploads = UploadService(
            store: store, storage: storage, usualLimits: limits, freeBytes: configuration.separation.freeBytes)
        let jobs = JobService(
            store: store, storage: storage, uploads: uploads, usualLimits: limits, stems: compute.stems,
            onWork: signal.send)
        routes =
            UploadRoutes(service: uploads, urls: urls).routes
            + UploadObjectRoutes(uploads: uploads, urls: urls).routes
            + JobRoutes(service: jobs, urls: urls).routes
            + StemRoutes(store: store, storage: storage, urls: urls).routes
            + MinuteRoutes(store: store, usualLimits: limits, jobsUnderWay: JobTable.underWay).routes
        workers = Workers(
            store: store, storage: storage, compute: compute, service: jobs,
            scratch: configuration.stateDirectory.appending("work"), signal: signal, log: log)
        sweep = Sweep(store: store, storage: storage, locks: uploads.locks)
        accountData = SeparationData(store: store, storage: storage, welcome: configuration.accounts.minutes ?? .zero) {
            objects, ended in
            for job in ended { jobs.watch.changed(job) }
            try await jobs.remove(objects)
        }
        self.log = log
    }

    /// Separates until its task is cancelled. For one process at a time.
    func run() async throws {
        if !Sandbox.confinesFiles {
            log.warning("this kernel has no Landlock: what reads audio can read all that this user can")
        }
        try await workers.run()
    }
}
