// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

@testable import StemlabService

/// The threat model's "whoever finds a URL".
@Suite struct URLSignerTests {
    private let signer = URLSigner(key: (0..<32).map { UInt8($0) })
    private let permission = URLSigner.Permission(
        method: "GET", path: "/v1/objects/stems/job_1/vocals", size: 10, expires: 2000)

    private func signature(_ target: String) -> String { String(target.suffix(43)) }

    @Test func `a URL is good for what it was made for, until its time`() throws {
        let target = signer.sign(permission)
        #expect(target.hasPrefix("/v1/objects/stems/job_1/vocals?size=10&expires=2000&signature="))
        try signer.check(permission, signature: signature(target), at: WallTime(milliseconds: 1_999_999))
        #expect(throws: URLSigner.Rejection.expired) {
            try signer.check(permission, signature: signature(target), at: WallTime(milliseconds: 2_000_000))
        }
    }

    @Test func `Threat: a URL opens nothing but what it was signed for`() {
        let good = signature(signer.sign(permission))
        var others = [permission, permission, permission, permission]
        others[0].method = "PUT"
        others[1].path += "2"
        others[2].size += 1
        others[3].expires += 1
        for other in others {
            #expect(throws: URLSigner.Rejection.invalid) {
                try signer.check(other, signature: good, at: WallTime(milliseconds: 0))
            }
        }
        let stranger = URLSigner(key: [UInt8](repeating: 1, count: 32))
        #expect(throws: URLSigner.Rejection.invalid) {
            try stranger.check(permission, signature: good, at: WallTime(milliseconds: 0))
        }
    }

    @Test func `Threat: no other text is taken for a signature`() {
        let good = signature(signer.sign(permission))
        var texts = ["", "A", good + "=", String(good.dropLast()), good + "A", String(repeating: "A", count: 43)]
        for index in 0..<good.count {
            var changed = Array(good)
            changed[index] = changed[index] == "x" ? "y" : "x"
            texts.append(String(changed))
        }
        for text in texts {
            #expect(throws: URLSigner.Rejection.invalid, "\(text)") {
                try signer.check(permission, signature: text, at: WallTime(milliseconds: 0))
            }
        }
    }
}
