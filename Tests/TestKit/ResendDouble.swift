// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization

/// A mail provider with Resend's API on the loopback interface. It refuses everything that the real one might refuse,
/// and sends a mail once for each key, however often it is requested.
public final class ResendDouble: Sendable {
    public static let apiKey = "re_double_0123456789"

    /// A mail that went out.
    public struct Mail: Hashable, Sendable {
        public let key: String
        public let from: String
        public let to: String
        public let subject: String
        public let text: String
    }

    public let web: WebDouble
    private let box: Box

    private final class Box: Sendable {
        let sent = Mutex<[Mail]>([])
        let complaints = Mutex<[String]>([])
    }

    /// Mails that went out, in their order.
    public var sent: [Mail] { box.sent.withLock { $0 } }
    /// What was wrong with requests.
    public var complaints: [String] { box.complaints.withLock { $0 } }

    public init() {
        let box = Box()
        self.box = box
        web = WebDouble { request in Self.answer(request, box) }
    }

    /// An error in the provider's form, for ``WebDouble/plan(_:times:when:)``.
    public static func error(
        _ status: Int, _ name: String, message: String = "something about ada@example.com",
        headers: [(String, String)] = []
    ) -> WebDouble.Response {
        let body: JSONValue = [
            "statusCode": .int(Int64(status)), "name": .string(name), "message": .string(message),
        ]
        return WebDouble.Response(status, headers: headers + [("Content-Type", "application/json")], body.bytes())
    }

    private static func answer(_ request: WebDouble.Request, _ box: Box) -> WebDouble.Response {
        func refuse(_ status: Int, _ name: String, _ complaint: String) -> WebDouble.Response {
            box.complaints.withLock { $0.append(complaint) }
            return error(status, name)
        }
        guard request.method == "POST", request.target == "/emails" else {
            return refuse(404, "not_found", "\(request.method) \(request.target)")
        }
        guard request.headers["authorization"] == "Bearer \(apiKey)" else {
            return refuse(401, "missing_api_key", "no key, or another")
        }
        guard request.headers["content-type"] == "application/json" else {
            return refuse(
                422, "validation_error", "the body is said to be \(request.headers["content-type"] ?? "nothing")")
        }
        guard let key = request.headers["idempotency-key"], (1...256).contains(key.utf8.count) else {
            return refuse(400, "invalid_idempotency_key", "no key to know the mail by")
        }
        guard !request.isCut, let json = try? JSONValue(parsing: request.body), let members = json.object,
            Set(members.keys) == ["from", "to", "subject", "text"], let from = json["from"]?.string,
            let to = json["to"]?.array, to.count == 1, let recipient = to[0].string, recipient.contains("@"),
            from.contains("@"), let subject = json["subject"]?.string, !subject.isEmpty,
            let text = json["text"]?.string, !text.isEmpty
        else { return refuse(422, "validation_error", "no mail: \(String(decoding: request.body, as: UTF8.self))") }
        let mail = Mail(key: key, from: from, to: recipient, subject: subject, text: text)
        let known = box.sent.withLock { sent -> Mail? in
            if let known = sent.first(where: { $0.key == key }) { return known }
            sent.append(mail)
            return nil
        }
        if let known, known != mail { return error(409, "invalid_idempotent_request") }
        let body: JSONValue = ["id": .string("id-of-\(key)")]
        return WebDouble.Response(200, headers: [("Content-Type", "application/json")], body.bytes())
    }
}
