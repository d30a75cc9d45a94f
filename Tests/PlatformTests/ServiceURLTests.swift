// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct ServiceURLTests {
    @Test(arguments: [
        "https://stems.example.com", "https://stems.example.com:8443/api", "http://127.0.0.1:8080", "http://[::1]:80/",
        "http://localhost/x?y=1", "HTTPS://Stems.Example.com/",
    ])
    func `accepted addresses`(text: String) throws { #expect(try ServiceURL(text).text == text) }

    @Test(arguments: [
        ("http://stems.example.com", ServiceURL.Rejection.plain), ("http://127.0.0.1.example.com", .plain),
        ("http://localhost.example.com", .plain), ("http://10.0.0.1", .plain), ("ftp://127.0.0.1", .scheme),
        ("stems.example.com", .scheme), ("https://me:secret@stems.example.com", .credentials),
        ("http://127.0.0.1@evil.example.com", .credentials), ("https://", .malformed), ("https://a b", .malformed),
        ("https://a:0", .malformed), ("https://a:70000", .malformed), ("https://a\\@127.0.0.1", .malformed),
        ("https://a\r\nb", .malformed), ("https://a/#part", .malformed), ("https://[::1", .malformed),
        ("https://a%2fb", .malformed),
    ])
    func `refused addresses`(text: String, why: ServiceURL.Rejection) {
        #expect(throws: why) { try ServiceURL(text) }
    }

    @Test func `paths are appended to it, and a signature is not shown`() throws {
        let service = try ServiceURL("https://Stems.example.com/api/")
        #expect(try service.appending("/v1/jobs?x=1").text == "https://stems.example.com/api/v1/jobs?x=1")
        #expect("\(try ServiceURL("https://a.example/b?signature=secret"))" == "https://a.example/b")
    }
}
