// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB
import HTTPTypes
import Platform
import StemlabAPI

/// `/v1/minutes`.
struct MinuteRoutes: Sendable {
    let store: Store
    let usualLimits: AccountLimits
    /// Counts the jobs of an account that are queued or running.
    let jobsUnderWay: @Sendable (_ account: String, Database) throws -> Int

    var routes: [Route] {
        [
            Route("readMinutes", .get, "/v1/minutes", .token(.jobsRead), handle: read),
            Route("listMinutes", .get, "/v1/minutes/statement", .token(.jobsRead), handle: list),
        ]
    }

    @Sendable private func read(_ request: APIRequest) async throws -> ServiceResponse {
        let (holder, now) = (try request.principal, request.now)
        let account = holder.account
        let minutes = try await store.read(for: holder) { db in
            let limits = try AccountLimits.of(account, usual: usualLimits, in: db)
            let balance = try MinuteBalance.of(account, in: db)
            return Minutes(
                availableMilliseconds: balance.available.milliseconds,
                reservedMilliseconds: balance.reserved.milliseconds, spentMilliseconds: balance.spent.milliseconds,
                today: .init(
                    spentMilliseconds: try MinuteBalance.spentToday(account, at: now, in: db).milliseconds,
                    limitMilliseconds: limits.day?.milliseconds, resetsAt: Timestamp(now.nextDay)),
                jobsUnderWay: try jobsUnderWay(account, db),
                limits: Limits(
                    trackMilliseconds: limits.track.milliseconds, uploadBytes: limits.uploadBytes,
                    concurrentJobs: limits.concurrentJobs, openUploads: limits.openUploads,
                    dayMilliseconds: limits.day?.milliseconds))
        }
        return try .json(minutes)
    }

    @Sendable private func list(_ request: APIRequest) async throws -> ServiceResponse {
        let paging = try Paging(request.query)
        let holder = try request.principal
        let found = try await store.read(for: holder) { db in
            try MinuteStatement.page(of: holder.account, before: paging.before, limit: paging.asked, in: db)
        }
        let (shown, next) = paging.page(found) { $0.id }
        let entries = shown.map { entry in
            MinuteEntry(
                id: entry.id, kind: entry.kind.rawValue, amountMilliseconds: entry.amount.milliseconds, job: entry.job,
                note: entry.note, at: Timestamp(entry.at))
        }
        return try .json(MinuteStatementPage(entries: entries, next: next))
    }
}
