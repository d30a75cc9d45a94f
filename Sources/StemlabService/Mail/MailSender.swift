// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Logging
import Platform

/// Sends what is in the queue of mails.
///
/// A mail is marked as sent after it was: a service killed between the two sends it again under the same id, by which
/// the transport knows it. Nothing is sent that has waited for longer than the transport remembers ids.
struct MailSender: Sendable {
    private let store: Store
    private let transport: any MailTransport
    private let log: Logger
    private let wakeup = Wakeup()
    private let linger: @Sendable () async throws -> Void

    /// - Parameter linger: what comes before each of its rounds: a pause of a random few seconds, so that a
    ///   client that asks for a mail cannot find out by how busy the service is after that whether there was one.
    init(
        _ store: Store, _ transport: any MailTransport, log: Logger,
        linger: @escaping @Sendable () async throws -> Void = {
            try await Task.sleep(for: .milliseconds(Int64.random(in: 1000...5000)))
        }
    ) {
        self.linger = linger
        self.store = store
        self.transport = transport
        self.log = log
    }

    /// There may be something to send.
    func wake() { wakeup.wake() }

    /// Takes back mails that an erasure has removed from the queue.
    func takeBack(_ mails: [String]) async throws(Failure) {
        if !mails.isEmpty { try await transport.takeBack(mails) }
    }

    /// Sends what is due.
    /// - Returns: when there is something to do next; `nil`: when it is woken.
    func step(at now: WallTime) async throws -> WallTime? {
        let lost = try await store.write { try MailQueue.expire(at: now, in: $0) }
        if lost > 0 { log.error("mails are given up: they have waited for too long", metadata: ["count": "\(lost)"]) }
        while true {
            let mails = try await store.read { try MailQueue.due(at: now, limit: 50, in: $0) }
            if mails.isEmpty { return try await store.read { try MailQueue.nextDue(in: $0) } }
            for mail in mails {
                // Those that follow have been put off with it.
                guard try await send(mail, at: now) else { break }
            }
        }
    }

    /// - Returns: whether there is any use in going on with the next.
    private func send(_ mail: QueuedMail, at now: WallTime) async throws -> Bool {
        do throws(Failure) {
            try await transport.deliver(mail)
        } catch {
            // The service is being stopped: it is sent at the next start.
            try Task.checkCancellation()
            return try await note(error, of: mail, at: now)
        }
        guard try await store.write({ try MailQueue.sent(mail.id, at: now, in: $0) }) else {
            // Its account was erased while it was on the way, when it could not be taken back yet.
            try await takeBack([mail.id])
            return true
        }
        log.info("a mail was sent", metadata: ["mail": "\(mail.id)", "kind": "\(mail.kind)"])
        return true
    }

    private func note(_ failure: Failure, of mail: QueuedMail, at now: WallTime) async throws -> Bool {
        let details: Logger.Metadata = [
            "mail": "\(mail.id)", "kind": "\(mail.kind)", "code": "\(failure.code.rawValue)",
        ]
        if let pause = pause(failure.remedy, at: now) {
            try await store.write { try MailQueue.hold(until: pause, in: $0) }
            let why = failure.message + (failure.hint.map { "; \($0)" } ?? "")
            let level: Logger.Level = failure.code == .rateLimited ? .notice : .error
            log.log(level: level, "mails have to wait: \(why)", metadata: details)
            return false
        }
        let isOver = try await store.write { database in
            if failure.remedy == .reject {
                try MailQueue.giveUp(mail.id, in: database)
                return true
            }
            return try MailQueue.failed(mail, at: now, in: database)
        }
        log.error(
            isOver ? "a mail is given up: \(failure.message)" : "a mail has to wait: \(failure.message)",
            metadata: details)
        return true
    }

    /// Until when no mail can be sent; `nil`: others may fare better.
    private func pause(_ remedy: Remedy, at now: WallTime) -> WallTime? {
        switch remedy {
        case .retry(after: nil), .reject: nil
        case .retry(after: let wait?): now.advanced(by: wait)
        case .hold(until: .time(let time)): max(time, now.advanced(by: .seconds(1)))
        // A person has to do something, or something else has to change.
        case .stop, .hold: now.advanced(by: .seconds(900))
        }
    }

    /// Sends until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            var next: WallTime?
            do {
                try await linger()
                next = try await step(at: .now)
            } catch is CancellationError {
                return
            } catch {
                log.report(error, "sending mail")
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
