// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import GRDB
public import Logging
import Platform
public import SystemPackage

/// The part of the service that separates, put together: minutes, uploads, jobs, storage, compute and the sweep.
public struct SeparationService: Sendable {
    /// What an administrator decides of it.
    public struct Settings: Sendable {
        /// How people and programs reach the service, without a slash at the end: what signed URLs begin with.
        public var publicURL: String
        /// Of an account that nobody set others for.
        public var limits = AccountLimits()
        /// Jobs that run at once.
        public var slots = 1
        /// Bytes that stay free on the storage: below that, uploads stop.
        public var freeBytes: Int64 = 1 << 30
        /// How often what has had its time is removed.
        public var sweepInterval: Duration = .seconds(600)

        public init(publicURL: String) { self.publicURL = publicURL }
    }

    /// Those of the database, after the accounts'.
    public static let migrations: [Migration] = [
        MinutesSchema.migration, UploadRecord.migration, JobsSchema.migration, SigningKey.migration,
        BalanceSnapshot.migration,
    ]

    /// Where ``LocalStorage`` keeps objects, below the service's directory.
    public static func objects(below directory: FilePath) -> FilePath { directory.appending("objects") }

    /// Everything it answers to.
    public let routes: [Route]

    private let workers: Workers
    private let sweep: Sweep
    private let sweepInterval: Duration
    private let service: JobService
    private let log: Logger

    /// Blocks on the disk for a moment.
    /// - Parameter directory: the service's own, where objects and scratch space go.
    public init(
        store: Store, directory: FilePath, compute: any Compute, settings: Settings, log: Logger
    ) async throws {
        let storage = try await BlockingPool.shared.run { () throws(Failure) in
            try LocalStorage(Self.objects(below: directory))
        }
        let signer = try await store.read { db in try SigningKey.signer(in: db) }
        let urls = SignedURLs(origin: settings.publicURL, signer: signer)
        let signal = WorkerWakeup(workers: settings.slots)
        let uploads = UploadService(
            store: store, storage: storage, usualLimits: settings.limits, freeBytes: settings.freeBytes)
        let jobs = JobService(
            store: store, storage: storage, uploads: uploads, usualLimits: settings.limits, stems: compute.stems,
            onWork: signal.send)
        routes =
            UploadRoutes(service: uploads, urls: urls).routes
            + ObjectRoutes(uploads: uploads, store: store, storage: storage, urls: urls).routes
            + JobRoutes(service: jobs, urls: urls).routes
            + MinuteRoutes(store: store, usualLimits: settings.limits).routes
        workers = Workers(
            store: store, storage: storage, compute: compute, service: jobs, scratch: directory.appending("work"),
            signal: signal, log: log)
        sweep = Sweep(store: store, storage: storage, locks: uploads.locks)
        sweepInterval = settings.sweepInterval
        service = jobs
        self.log = log
    }

    /// Separates and sweeps until its task is cancelled. For one process at a time.
    public func run() async throws {
        if !Sandbox.confinesFiles {
            log.warning("this kernel has no Landlock: what reads audio can read all that this user can")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await workers.run() }
            group.addTask { try await keepSweeping() }
            try await group.waitForAll()
        }
    }

    private func keepSweeping() async throws {
        while !Task.isCancelled {
            do {
                let report = try await sweep.run(at: .now)
                if report != Sweep.Report() {
                    log.info("swept \(report.uploads) uploads, \(report.jobs) jobs and \(report.strays) strays")
                }
            } catch is CancellationError {
                return
            } catch {
                // A full disk, say: the next one may fare better.
                let failure = (error as? Failure) ?? Store.failure(error, "sweeping")
                log.error("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"])
            }
            try await Task.sleep(for: sweepInterval)
        }
    }

    /// What is stored for an account: to be asked for in the transaction that erases it, before that.
    public static func objects(of account: String, in db: Database) throws -> [ObjectKey] {
        let uploads = try String.fetchAll(db, sql: "SELECT id FROM upload WHERE account = ?", arguments: [account])
        let stems = try Row.fetchAll(
            db, sql: "SELECT stem.* FROM stem JOIN job ON job.id = stem.job WHERE job.account = ?",
            arguments: [account])
        return uploads.map(ObjectKey.upload)
            + (try stems.map { .stem($0["job"], try StemRecord($0).name) })
    }

    /// Removes objects of an account that was erased, and ends what still ran for it.
    public func erased(_ objects: [ObjectKey], jobs: [String]) async throws {
        for job in jobs { service.watch.changed(job) }
        try await service.remove(objects)
    }
}
