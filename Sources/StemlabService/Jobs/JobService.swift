// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemlabAPI

/// Takes orders for jobs, and reports how they stand.
struct JobService: Sendable {
    let store: Store
    let storage: any ObjectStorage
    let uploads: UploadService
    let admission: JobAdmission
    let watch = JobWatch()
    /// Called when there may be something to begin.
    let onWork: @Sendable () -> Void

    /// - Parameter stems: what the service makes.
    init(
        store: Store, storage: any ObjectStorage, uploads: UploadService, usualLimits: AccountLimits, stems: [StemName],
        onWork: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.storage = storage
        self.uploads = uploads
        admission = JobAdmission(usualLimits: usualLimits, stems: stems)
        self.onWork = onWork
    }

    func create(
        _ order: JobAdmission.Order, for holder: Principal, at now: WallTime
    ) async throws -> (job: JobTable.Standing, isNew: Bool) {
        let admission = admission
        let made = try await store.write(for: holder) { db in
            try admission.admit(order, for: holder.account, at: now, in: db)
        }
        if made.isNew { onWork() }
        return made
    }

    /// How a job stands: at once when `wait` is zero or it is over, else when its state changes, or after that long.
    func find(_ id: String, of holder: Principal, wait: Duration = .zero) async throws -> JobTable.Standing {
        let deadline = ContinuousClock.now + wait
        let wakeup = watch.begin(id)
        defer { watch.end(id, wakeup) }
        var found = try await look(id, holder)
        let before = found.job.state
        while found.job.state == before, !before.isOver, .now < deadline {
            await wakeup.wait(until: deadline)
            try Task.checkCancellation()
            found = try await look(id, holder)
        }
        return found
    }

    private func look(_ id: String, _ holder: Principal) async throws -> JobTable.Standing {
        try await store.read(for: holder) { db in try JobTable.find(id, of: holder.account, in: db) }
    }

    func page(
        of holder: Principal, reference: String?, state: Job.State?, before: Int64?, limit: Int
    ) async throws -> [JobTable.Standing] {
        try await store.read(for: holder) { db in
            try JobTable.page(
                of: holder.account, reference: reference, state: state, before: before, limit: limit, in: db)
        }
    }

    func cancel(_ id: String, of holder: Principal, at now: WallTime) async throws -> JobTable.Standing {
        let (job, upload) = try await store.write(for: holder) { db in
            let upload = try JobTable.find(id, of: holder.account, in: db).job.upload
            return (try JobTable.cancel(id, of: holder.account, at: now, in: db), upload)
        }
        watch.changed(id)
        onWork()
        if let upload { try await uploads.discard([upload]) }
        return job
    }

    func delete(_ id: String, of holder: Principal, at now: WallTime) async throws {
        let objects = try await store.write(for: holder) { db in
            try JobTable.delete(id, of: holder.account, at: now, in: db)
        }
        watch.changed(id)
        onWork()
        try await remove(objects)
    }

    /// Removes the upload of a job that a worker has ended, if the database has forgotten it.
    func discardUpload(of job: JobRecord) async throws {
        guard let upload = job.upload else { return }
        let isKept = try await store.read { db in try UploadTable.find(upload, in: db) != nil }
        if !isKept { try await uploads.discard([upload]) }
    }

    /// Removes objects that the database has forgotten.
    func remove(_ objects: [ObjectKey]) async throws {
        let uploads = objects.compactMap { if case .upload(let id) = $0 { id } else { nil } }
        try await self.uploads.discard(uploads)
        let storage = storage
        try await StorageCalls.run { () throws(Failure) in
            for object in objects { try storage.remove(object) }
        }
    }
}
