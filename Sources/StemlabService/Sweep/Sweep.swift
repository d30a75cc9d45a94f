// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import Platform

/// Removes what has had its time: uploads that no job used within a day of their last bytes, and uploads and stems two
/// days after their job has succeeded. Doing it twice, or beside a running service, is fine.
package struct Sweep: Sendable {
    /// What was removed.
    package struct Report: Hashable, Sendable {
        /// Uploads that no job used.
        package var uploads = 0
        /// Jobs whose upload and stems had had their time.
        package var jobs = 0
        /// Objects that the database does not know.
        package var strays = 0
    }

    let store: Store
    let storage: any ObjectStorage
    /// `nil`: for a process that takes no uploads itself.
    var locks: UploadWriteLocks?

    /// Jobs or uploads a transaction.
    private static let batch = 100

    func run(at now: WallTime) async throws -> Report {
        var report = Report()
        while true {
            let uploads = try await store.write { db in try Self.forgetUploads(at: now, in: db) }
            if uploads.isEmpty { break }
            report.uploads += uploads.count
            try await remove(uploads.map(ObjectKey.upload))
        }
        while true {
            let (jobs, objects) = try await store.write { db in try Self.emptyJobs(at: now, in: db) }
            if jobs == 0 { break }
            report.jobs += jobs
            try await remove(objects)
        }
        report.strays = try await removeStrays()
        return report
    }

    private static func forgetUploads(at now: WallTime, in db: Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                DELETE FROM upload WHERE id IN (
                    SELECT id FROM upload WHERE state <> 'used' AND expires_at <= ? LIMIT ?) RETURNING id
                """, arguments: [now.milliseconds, batch])
    }

    private static func emptyJobs(at now: WallTime, in db: Database) throws -> (jobs: Int, objects: [ObjectKey]) {
        let jobs = try Row.fetchAll(
            db, sql: "SELECT * FROM job WHERE swept = 0 AND expires_at <= ? LIMIT ?",
            arguments: [now.milliseconds, batch]
        ).map(JobRecord.init)
        var objects: [ObjectKey] = []
        for job in jobs {
            objects += try Row.fetchAll(db, sql: "DELETE FROM stem WHERE job = ? RETURNING *", arguments: [job.id])
                .map { .stem(job.id, try StemRecord($0).name) }
            if let upload = job.upload {
                try db.execute(sql: "DELETE FROM upload WHERE id = ?", arguments: [upload])
                objects.append(.upload(upload))
            }
            try db.execute(sql: "UPDATE job SET swept = 1 WHERE id = ?", arguments: [job.id])
        }
        return (jobs.count, objects)
    }

    /// What a process that was killed between the database and the storage left over. Looks at the storage first: what
    /// is stored after that is not touched.
    private func removeStrays() async throws -> Int {
        let storage = storage
        let keys = try await StorageCalls.run { () throws(Failure) in try storage.keys() }
        let strays = try await store.read { db in try keys.filter { try !Self.isKnown($0, in: db) } }
        try await remove(strays)
        return strays.count
    }

    private static func isKnown(_ key: ObjectKey, in db: Database) throws -> Bool {
        switch key {
        case .upload(let id):
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM upload WHERE id = ?)", arguments: [id]) ?? false
        case .stem(let job, let name):
            // Those of a job that runs are stored before the database knows them; one that waits may run by now.
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM stem WHERE job = ?1 AND name = ?2)
                        OR EXISTS (SELECT 1 FROM job WHERE id = ?1 AND state IN ('queued', 'running'))
                    """, arguments: [job, name.rawValue]) ?? false
        }
    }

    private func remove(_ keys: [ObjectKey]) async throws {
        for case .upload(let id) in keys { locks?.end(id) }
        let storage = storage
        try await StorageCalls.run { () throws(Failure) in
            for key in keys { try storage.remove(key) }
        }
    }
}
