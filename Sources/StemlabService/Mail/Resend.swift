// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Sends mails through Resend's API (`POST /emails`).
///
/// The mail's id is the idempotency key, which Resend remembers for 24 hours: a mail whose answer was lost, or that a
/// crash kept from being noted, is asked for again and goes out once.
struct Resend: MailTransport {
    let service: ServiceURL
    let key: Secret
    /// Whom mails come from.
    let sender: String
    /// Whose signatures are trusted; `nil`: the system's.
    let caFile: FilePath?

    init(_ service: ServiceURL, key: Secret, from sender: String, caFile: FilePath?) {
        self.service = service
        self.key = key
        self.sender = sender
        self.caFile = caFile
    }

    /// Where Resend itself is.
    static func standard() throws(Failure) -> ServiceURL {
        try url { () throws(ServiceURL.Rejection) in try ServiceURL("https://api.resend.com") }
    }

    private static func url(_ make: () throws(ServiceURL.Rejection) -> ServiceURL) throws(Failure) -> ServiceURL {
        do throws(ServiceURL.Rejection) { return try make() } catch {
            throw Failure(.configInvalid, "mail.resend.url is no address that mails can be sent to", remedy: .stop)
        }
    }

    func request(for mail: QueuedMail) throws(Failure) -> HTTPRequest {
        let url = try Self.url { () throws(ServiceURL.Rejection) in try service.appending("/emails") }
        var request = HTTPRequest(.post, url)
        request.headers.append(("Authorization", Secret("Bearer \(key.reveal())")))
        request.set("Idempotency-Key", mail.id)
        request.set("Accept", "application/json")
        let email: JSONValue = [
            "from": .string(sender), "to": [.string(mail.recipient)], "subject": .string(mail.subject),
            "text": .string(mail.text),
        ]
        request.body = .bytes(email.bytes(), type: "application/json")
        request.memoryLimit = 64 << 10
        request.limits.overall = .seconds(60)
        request.caFile = caFile
        return request
    }

    func deliver(_ mail: QueuedMail) async throws(Failure) {
        let answer = try await HTTPClient.send(try request(for: mail))
        if let failure = Self.failure(answer, now: .now) { throw failure }
    }

    /// What was sent is with its recipient.
    func takeBack(_ mails: [String]) {}

    /// Why a mail was not taken; `nil`: it was.
    ///
    /// Of the provider's answer only the error's name is reported: its message may hold the recipient's address.
    static func failure(_ answer: HTTPAnswer, now: WallTime) -> Failure? {
        let json = parsed(answer.body)
        if (200..<300).contains(answer.status) {
            if json?["id"]?.string?.isEmpty == false { return nil }
            return Failure(
                .networkProtocol, "the mail provider takes a mail, and does not say under which id",
                remedy: .retry(after: nil))
        }
        let name = json?["name"]?.string.flatMap { word($0) }
        let shown = "\(answer.status)\(name.map { " \($0)" } ?? "")"
        switch (answer.status, name) {
        case (409, "invalid_idempotent_request"):
            // This mail was taken before, when something else of the request was different, its sender perhaps.
            return nil
        case (429, "daily_quota_exceeded"), (429, "monthly_quota_exceeded"):
            return Failure(
                .mailQuota, "the mail provider sends no more mails for now: its quota is used up (\(shown))",
                hint: "mails wait for up to 23 hours; a larger plan lifts it",
                remedy: .hold(until: .time(now.advanced(by: .seconds(3600)))))
        case (429, _):
            return Failure(
                .rateLimited, "the mail provider takes no more requests for now (\(shown))",
                remedy: .retry(after: wait(answer.headers, now: now)))
        case (401, _), (403, _), (422, "invalid_from_address"):
            return Failure(
                .mailUnauthorized, "the mail provider does not let this service send mails (\(shown))",
                hint: "check mail.resend.api_key, and that the domain of mail.from is verified there", remedy: .stop)
        case (404, _), (405, _):
            return Failure(
                .mailUnauthorized, "what is at mail.resend.url sends no mails (\(shown))",
                hint: "leave the key out for Resend itself", remedy: .stop)
        case (408, _), (409, _), (500..., _):
            let after = answer.headers["retry-after"].flatMap { HTTPTiming.retryAfter($0, now: now) }
            return Failure(
                .mailUnavailable, "the mail provider cannot send a mail now (\(shown))", remedy: .retry(after: after))
        case (400..<500, _):
            return Failure(.mailRefused, "the mail provider refuses a mail (\(shown))", remedy: .reject)
        default:
            return Failure(
                .networkProtocol, "the mail provider does not answer as agreed (\(shown))", remedy: .retry(after: nil))
        }
    }

    /// When it takes requests again: at least a second.
    private static func wait(_ headers: HTTPHeaders, now: WallTime) -> Duration {
        for name in ["retry-after", "ratelimit-reset"] {
            if let wait = headers[name].flatMap({ HTTPTiming.retryAfter($0, now: now) }) {
                return max(.seconds(1), wait)
            }
        }
        return .seconds(1)
    }

    private static func parsed(_ body: [UInt8]) -> JSONValue? {
        do throws(JSONProblem) { return try JSONValue(parsing: body) } catch { return nil }
    }

    /// A word such as `rate_limit_exceeded`; `nil` for what might be anything else.
    private static func word(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
        return isWord && (1...64).contains(text.utf8.count) ? text : nil
    }
}
