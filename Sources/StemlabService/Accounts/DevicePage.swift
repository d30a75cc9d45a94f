// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/device`: where a person approves a program. It shows which program asks, from where, and what it may do then;
/// approving takes the password, so that following a link approves nothing.
struct DevicePage: Sendable {
    let store: Store
    let passwords: PasswordVerifier

    var routes: [Route] {
        [
            Route("devicePage", .get, "/device", .everybody, isPage: true, handle: show),
            Route(
                "devicePageDecision", .post, "/device", .everybody, rate: .signingIn, body: .form, isPage: true,
                handle: decide),
        ]
    }

    private static let typed = TextForm.any("a code", 0...100)
    private static let unknown = "No program waits with this code, or it has waited for too long."

    @Sendable private func show(_ request: APIRequest) async throws -> ServiceResponse {
        guard let typed = try request.query.text("user_code", Self.typed), !typed.isEmpty else {
            return Self.question().response()
        }
        guard let pending = try await find(typed, request.now) else {
            return Self.question(trouble: Self.unknown).response()
        }
        return Self.decision(pending).response()
    }

    @Sendable private func decide(_ request: APIRequest) async throws -> ServiceResponse {
        let form = try request.form()
        let typed = try form.text("user_code", Self.typed)
        let email = try form.text("email", .any("an address", 0...254))
        let password = Secret(try form.text("password", InputForms.givenPassword))
        let decision = try form.word("decision", DeviceDecision.self)
        guard let pending = try await find(typed, request.now) else {
            return Self.question(trouble: Self.unknown).response(.notFound)
        }
        if pending.isDecided { return Self.question(trouble: "This has been decided already.").response(.conflict) }
        let proof: PasswordProof?
        do {
            proof = EmailAddress.form.matches(email) ? try await passwords.prove(email, password) : nil
        } catch let error as APIError where error.problem.status == 403 {
            return Self.decision(pending, trouble: error.problem.detail).response(.forbidden)
        }
        let wrong = Self.decision(pending, trouble: "Address or password is wrong.").response(.unauthorized)
        guard let proof else { return wrong }
        let now = request.now
        do {
            let isDecided = try await store.write { database in
                // As when signing in: the password, and the account, may have changed since it was compared.
                guard let account = try proof.holder(in: database), account.disabledAt == nil else { return false }
                try DeviceTable.decide(pending.userCode, decision, by: account.id, at: now, in: database)
                return true
            }
            if !isDecided { return wrong }
        } catch let error as APIError {
            return Self.question(trouble: error.problem.detail).response(.init(code: error.problem.status))
        }
        let done = decision == .approve ? "It is approved, and goes on by itself." : "It is denied, and gets nothing."
        return Page("Done", .html("<p>") + .text(done) + .html(" You can close this page.</p>")).response()
    }

    private func find(_ typed: String, _ now: WallTime) async throws -> DeviceTable.Request? {
        guard let code = UserCode.read(typed) else { return nil }
        return try await store.read { try DeviceTable.find(code, at: now, in: $0) }
    }

    private static func question(trouble: String? = nil) -> Page {
        Page(
            "Connect a program", trouble: trouble,
            .html(
                """
                <form method="get" action="/device"><label>The code it shows\
                <input name="user_code" autocomplete="off" autocapitalize="characters" maxlength="20" required></label>\
                <button>Go on</button></form>
                """))
    }

    private static func decision(_ request: DeviceTable.Request, trouble: String? = nil) -> Page {
        let rights =
            request.scopes.contains(.jobsWrite)
            ? "upload songs, have them separated on your minutes, and fetch and delete them"
            : "see your jobs and fetch their stems"
        return Page(
            "Connect a program", trouble: trouble,
            .html("<p><strong>") + .text(request.client) + .html("</strong>, asking from ") + .text(request.address)
                + .html(", wants to ") + .text(rights)
                + .html(
                    """
                    .</p><p>Go on only if you have just started it yourself, and it shows the code <strong>
                    """) + .text(request.userCode)
                + .html(
                    """
                    </strong>.</p><form method="post" action="/device"><input type="hidden" name="user_code" value="
                    """) + .text(request.userCode)
                + .html(
                    """
                    "><label>E-mail address<input type="email" name="email" autocomplete="username" \
                    maxlength="254" required>\
                    </label><label>Password<input type="password" name="password" autocomplete="current-password" \
                    maxlength="256" required></label><button name="decision" value="approve">Approve</button>\
                    <button name="decision" value="deny">Deny</button></form>
                    """))
    }
}
