// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Platform
import StemlabAPI

/// `/verify` and `/reset`: where the links of mails lead. Following a link does nothing; the button does.
struct AccountPages: Sendable {
    let service: AccountService

    var routes: [Route] {
        [
            Route("verifyPage", .get, "/verify", .everybody, isPage: true) { request in
                Self.verification(try request.query.text("code", Self.code) ?? "").response()
            },
            Route(
                "verifyPageForm", .post, "/verify", .everybody, rate: .signingIn, body: .form, isPage: true,
                handle: verify),
            Route("resetPage", .get, "/reset", .everybody, isPage: true) { request in
                Self.reset(try request.query.text("code", Self.code) ?? "").response()
            },
            Route(
                "resetPageForm", .post, "/reset", .everybody, rate: .signingIn, body: .form, isPage: true, handle: reset
            ),
        ]
    }

    /// What the form takes too.
    private static let code = TextForm.any("a code", 0...200)

    private static func verification(_ code: String, trouble: String? = nil) -> Page {
        Page(
            "Confirm your address", trouble: trouble,
            .html("<form method=\"post\" action=\"/verify\"><input type=\"hidden\" name=\"code\" value=\"")
                + .text(String(code.prefix(200))) + .html("\"><button>This is my address</button></form>"))
    }

    private static func reset(_ code: String, trouble: String? = nil) -> Page {
        Page(
            "Set a new password", trouble: trouble,
            .html("<form method=\"post\" action=\"/reset\"><input type=\"hidden\" name=\"code\" value=\"")
                + .text(String(code.prefix(200)))
                + .html(
                    """
                    "><label>New password, at least 10 characters\
                    <input type="password" name="password" autocomplete="new-password" \
                    minlength="10" maxlength="256" required>\
                    </label><button>Set it</button></form>
                    """))
    }

    @Sendable private func verify(_ request: APIRequest) async throws -> ServiceResponse {
        let form = try request.form()
        let code = try form.text("code", .any("a code", 0...200))
        guard TextForm.secret.matches(code) else {
            return Self.verification(code, trouble: "This code is not whole: copy all of the link.").response(
                .badRequest)
        }
        do {
            try await service.verify(Secret(code), at: request.now)
        } catch let error as APIError where error.problem.code == ProblemCode.codeInvalid.rawValue {
            return Self.verification("", trouble: "The link was used already, or is too old.").response(.forbidden)
        }
        return Page("Your address is confirmed", .html("<p>You can sign in with it now.</p>")).response()
    }

    @Sendable private func reset(_ request: APIRequest) async throws -> ServiceResponse {
        let form = try request.form()
        let code = try form.text("code", .any("a code", 0...200))
        let password = try form.text("password", .any("a password", 0...256))
        guard TextForm.secret.matches(code), InputForms.password.matches(password) else {
            return Self.reset(code, trouble: "A password needs 10 characters at least, and the code all of its own.")
                .response(.badRequest)
        }
        do {
            try await service.resetPassword(Secret(code), to: Secret(password), at: request.now)
        } catch let error as APIError where error.problem.code == ProblemCode.codeInvalid.rawValue {
            return Self.reset("", trouble: "The link was used already, or is too old: ask for another.").response(
                .forbidden)
        }
        return Page("The password is set", .html("<p>Everybody who was signed in has to sign in again.</p>")).response()
    }
}
