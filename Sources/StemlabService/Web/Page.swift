// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import HTTPTypes
import Hummingbird
import NIOCore
import Platform
import StemlabAPI

/// A page for a person: plain HTML with its style inside; no script, no cookie, nothing from elsewhere.
struct Page: Sendable {
    /// HTML that may stand in a page as it is. Text from outside gets in through ``Markup/text(_:)`` alone.
    struct Markup: Sendable {
        let html: String

        static func html(_ html: StaticString) -> Self { Self(html: "\(html)") }
        /// Text as text, whatever is in it; also between the quotes of an attribute.
        static func text(_ text: String) -> Self {
            var html = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": html += "&amp;"
                case "<": html += "&lt;"
                case ">": html += "&gt;"
                case "\"": html += "&quot;"
                case "'": html += "&#39;"
                default: html.unicodeScalars.append(scalar)
                }
            }
            return Self(html: html)
        }

        static func + (a: Self, b: Self) -> Self { Self(html: a.html + b.html) }
    }

    let title: String
    let content: Markup

    /// - Parameter trouble: what went wrong the time before; stands above the content.
    init(_ title: String, trouble: String? = nil, _ content: Markup) {
        self.title = title
        self.content = (trouble.map { .html("<p role=\"alert\">") + .text($0) + .html("</p>") } ?? .html("")) + content
    }

    func response(_ status: HTTPResponse.Status = .ok) -> ServiceResponse {
        let html = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(Markup.text(title).html)</title><style>\(Self.style)</style></head>
            <body><main><h1>\(Markup.text(title).html)</h1>\(content.html)</main></body></html>

            """
        return ServiceResponse(
            status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy: Self.policy, .referrerPolicy: "no-referrer",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    /// An error, on a page that has nothing better to show.
    static func error(_ error: APIError) -> ServiceResponse {
        var response = Page(error.problem.title, .html("<p>") + .text(error.problem.detail) + .html("</p>"))
            .response(.init(code: error.problem.status))
        response.code = error.problem.code
        response.addRetryAfter(error)
        return response
    }

    private static let style = """
        body{font:18px/1.5 system-ui,sans-serif;margin:0;background:#f6f6f4;color:#1c1c1c}
        main{max-width:26rem;margin:10vh auto;padding:0 1rem}
        h1{font-size:1.4rem}
        label{display:block;margin:1rem 0}
        input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #888;border-radius:.3rem}
        button{font:inherit;padding:.5rem 1.2rem;margin-right:.5rem;border:1px solid #333;border-radius:.3rem;background:#fff}
        [role=alert]{padding:.6rem .8rem;border-left:.3rem solid #b00020;background:#fff}
        @media(prefers-color-scheme:dark){body{background:#1c1c1c;color:#eee}input,button,[role=alert]{background:#2a2a2a;color:#eee}}
        """

    /// The style is let in by its hash; nothing else is, and nobody may put the page into a frame.
    private static let policy: String = {
        let digest = Base64.text(of: Array(SHA256.hash(data: Array(style.utf8))))
        return
            "default-src 'none'; style-src 'sha256-\(digest)'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    }()
}

extension HTTPField.Name {
    static let contentSecurityPolicy = Self("Content-Security-Policy")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let contentTypeOptions = Self("X-Content-Type-Options")!
    static let strictTransport = Self("Strict-Transport-Security")!
}
