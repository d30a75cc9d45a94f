// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Platform

/// Sends what is in the queue of mails.
///
/// A mail is marked as sent after it was: who is killed between the two sends it again under the same id, by which whoever takes
/// it knows it.
public struct Postman: Sendable {
    private let store: Store
    private let outbox: Outbox
    private let log: Logger
    private let wakeup = Wakeup()

    public init(_ store: Store, _ outbox: Outbox, log: Logger) {
        self.store = store
        self.outbox = outbox
        self.log = log
    }

    /// There may be something to send.
    func wake() { wakeup.wake() }

    /// Sends what is due.
    /// - Returns: when there is something to do next; `nil`: when it is woken.
    func step(at now: WallTime) async throws -> WallTime? {
        while true {
            let mails = try await store.read { try MailQueue.due(at: now, limit: 50, in: $0) }
            if mails.isEmpty { return try await store.read { try MailQueue.nextDue(in: $0) } }
            for mail in mails { try await send(mail, at: now) }
        }
    }

    private func send(_ mail: QueuedMail, at now: WallTime) async throws {
        let outbox = outbox
        do throws(Failure) {
            try await BlockingPool.shared.run { () throws(Failure) in try outbox.deliver(mail) }
        } catch {
            let isOver = try await store.write { try MailQueue.failed(mail, at: now, in: $0) }
            log.error(
                isOver ? "a mail is given up: \(error.message)" : "a mail has to wait: \(error.message)",
                metadata: ["mail": "\(mail.id)", "kind": "\(mail.kind)", "code": "\(error.code.rawValue)"])
            return
        }
        try await store.write { try MailQueue.sent(mail.id, at: now, in: $0) }
        log.info("a mail was sent", metadata: ["mail": "\(mail.id)", "kind": "\(mail.kind)"])
    }

    /// Sends until it is cancelled.
    public func run() async {
        while !Task.isCancelled {
            var next: WallTime?
            do {
                next = try await step(at: .now)
            } catch is CancellationError {
                return
            } catch {
                let failure = (error as? Failure) ?? Store.failure(error, "sending mail")
                log.error("\(failure.message)", metadata: ["code": "\(failure.code.rawValue)"])
                next = WallTime.now.advanced(by: .seconds(60))
            }
            guard let next else {
                await wakeup.wait()
                continue
            }
            await wakeup.wait(until: .now + max(.zero, next.since(.now)))
        }
    }
}
