// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import GRDB

/// Whose job is next: start-time fair queueing (Goyal, Vin and Cheng, 1996), with an account as a flow and the audio of
/// a job as its length.
///
/// A job's tag is where its account's last one ends, or the queue's clock if that is later; the smallest tag goes
/// first, and is the clock then. So an account that queues a thousand jobs delays another's first by one job, not by a
/// thousand; and who was away has saved nothing up.
enum FairShare {
    /// What a job counts beyond its audio, so that many short ones are not free: about what starting one costs.
    private static let overhead: Int64 = 5000

    /// The tag of a new job.
    static func tag(for account: String, _ length: AudioDuration, in db: Database) throws -> Int64 {
        let clock = try Int64.fetchOne(db, sql: "SELECT tag FROM queue_clock") ?? 0
        let next = try Int64.fetchOne(
            db, sql: "SELECT next_tag FROM queue_share WHERE account = ?", arguments: [account])
        let tag = max(clock, next ?? 0)
        try db.execute(
            sql: """
                INSERT INTO queue_share (account, next_tag) VALUES (?, ?)
                ON CONFLICT (account) DO UPDATE SET next_tag = excluded.next_tag
                """,
            arguments: [account, tag + cost(length)])
        return tag
    }

    /// Moves the clock to a job that is begun.
    static func begin(tag: Int64, in db: Database) throws {
        try db.execute(sql: "UPDATE queue_clock SET tag = max(tag, ?)", arguments: [tag])
    }

    /// For a job that never ran: it does not delay its account's next one.
    static func giveBack(_ job: JobRecord, in db: Database) throws {
        try db.execute(
            sql: "UPDATE queue_share SET next_tag = next_tag - ? WHERE account = ?",
            arguments: [cost(job.reserved), job.account])
    }

    private static func cost(_ length: AudioDuration) -> Int64 { length.milliseconds + overhead }
}
