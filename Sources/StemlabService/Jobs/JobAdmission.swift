// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Crypto
import GRDB
import Platform
import StemlabAPI

/// Lets a job into the queue, or refuses it with the reason: key, upload, limits and minutes, in one transaction.
struct JobAdmission: Sendable {
    /// What was asked for, in good form.
    struct Order: Hashable, Sendable {
        var key: String
        var upload: String
        var duration: AudioDuration
        /// `nil`: all there are.
        var stems: [String]?
        var format: AudioContainer
        var clientReference: String?

        /// The same for the same request, whatever the order of its members.
        var digest: String {
            let parts = [
                upload, String(duration.milliseconds), stems.map { $0.sorted().joined(separator: ",") } ?? "*",
                format.rawValue, clientReference ?? "",
            ]
            return Hexadecimal.text(of: SHA256.hash(data: Array(parts.joined(separator: "\n").utf8)))
        }
    }

    let usualLimits: AccountLimits
    /// What the service makes.
    let stems: [StemName]

    /// - Returns: the job, and whether it was made now.
    func admit(
        _ order: Order, for account: String, at now: WallTime, in db: Database
    ) throws -> (job: JobTable.Standing, isNew: Bool) {
        if let known = try known(order, of: account, in: db) { return (known, false) }
        let upload = try usableUpload(order, of: account, in: db)
        let wanted = try wantedStems(order)
        try check(order, against: AccountLimits.of(account, usual: usualLimits, in: db), account, now, db)

        let id = Identifier.make(.job, at: now)
        let balance = try MinuteBalance.of(account, in: db)
        guard order.duration <= balance.available else {
            throw APIError(
                .minutesExhausted, "this job needs \(order.duration), and \(balance.available) are left"
            ) {
                $0.neededMilliseconds = order.duration.milliseconds
                $0.availableMilliseconds = balance.available.milliseconds
            }
        }
        try MinuteLedger.reserve(order.duration, of: account, for: id, at: now, in: db)
        let tag = try FairShare.tag(for: account, order.duration, in: db)
        try db.execute(
            sql: """
                INSERT INTO job (id, account, idempotency_key, request, client_reference, upload, format, wanted,
                    reserved_ms, created_at, start_tag, not_before)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                id, account, order.key, order.digest, order.clientReference, upload.id, order.format.rawValue,
                wanted.map(\.rawValue).joined(separator: ","), order.duration.milliseconds, now.milliseconds, tag,
            ])
        try db.execute(sql: "UPDATE upload SET state = 'used' WHERE id = ?", arguments: [upload.id])
        return (try JobTable.find(id, of: account, in: db), true)
    }

    private func known(_ order: Order, of account: String, in db: Database) throws -> JobTable.Standing? {
        let id = try String.fetchOne(
            db, sql: "SELECT id FROM job WHERE account = ? AND idempotency_key = ?", arguments: [account, order.key])
        if let id {
            let found = try JobTable.find(id, of: account, in: db)
            guard found.job.request == order.digest else {
                throw APIError(.idempotencyConflict, "this key was used for another job: choose a new one for each")
            }
            return found
        }
        let wasDeleted = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM deleted_job WHERE account = ? AND idempotency_key = ?)",
            arguments: [account, order.key])
        if wasDeleted == true { throw APIError(.jobDeleted, "the job that was made with this key was deleted") }
        return nil
    }

    private func usableUpload(_ order: Order, of account: String, in db: Database) throws -> UploadRecord {
        guard let upload = try UploadTable.find(order.upload, in: db), upload.account == account else {
            throw APIError(.uploadUnknown, "there is no such upload here, or it is not yours")
        }
        switch upload.state {
        case .complete: return upload
        case .open: throw APIError(.uploadIncomplete, "the upload has not been completed")
        case .used: throw APIError(.uploadUsed, "another job has this upload")
        }
    }

    private func wantedStems(_ order: Order) throws -> [StemName] {
        guard let asked = order.stems else { return stems }
        if let unknown = asked.first(where: { !stems.map(\.rawValue).contains($0) }) {
            throw APIError(
                .stemUnknown,
                "there is no stem '\(Printable(unknown))'; stems: \(stems.map(\.rawValue).joined(separator: ", "))")
        }
        return stems.filter { asked.contains($0.rawValue) }
    }

    private func check(
        _ order: Order, against limits: AccountLimits, _ account: String, _ now: WallTime, _ db: Database
    ) throws {
        guard order.duration <= limits.track else {
            throw APIError(.limitsTrackLength, "the account's limit for a track is \(limits.track)") {
                $0.limitMilliseconds = limits.track.milliseconds
            }
        }
        guard try JobTable.underWay(of: account, in: db) < limits.concurrentJobs else {
            throw APIError(
                .limitsConcurrentJobs, "\(limits.concurrentJobs) jobs are under way, as many as the account may have"
            ) { $0.limit = Int64(limits.concurrentJobs) }
        }
        guard let day = limits.day else { return }
        let spent = try MinuteBalance.spentToday(account, at: now, in: db)
        guard spent + order.duration <= day else {
            throw APIError(
                .limitsMinutesADay, "this job needs \(order.duration), and \(spent) of today's \(day) are used"
            ) {
                $0.neededMilliseconds = order.duration.milliseconds
                $0.limitMilliseconds = day.milliseconds
                $0.resetsAt = Timestamp(now.nextDay)
            }
        }
    }
}
