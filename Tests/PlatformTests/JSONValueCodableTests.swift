// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Platform
import Testing

@Suite struct JSONValueCodableTests {
    private struct Answer: Codable {
        let count: Int
        @Nullable var name: String?
        var share: Nullable<Double>?
        var rest: [JSONValue]
        var counts: [String: Int]

        enum CodingKeys: String, CodingKey {
            case count, share, rest, counts
            case name = "a_name"
        }
    }

    @Test(arguments: [
        #"{"a_name":null,"count":1,"counts":{"k":3},"rest":[{"x":[1,0.5,true]},-9223372036854775808],"share":null}"#,
        #"{"a_name":"x/y","count":1,"counts":{},"rest":[],"share":0.0}"#,
        #"{"a_name":"\u0085\u007f\n","count":1,"counts":{},"rest":[null],"share":1.0}"#,
        #"{"a_name":"ä","count":1,"counts":{},"rest":[null,"0.42"]}"#,
    ])
    func `an answer that was read is written as it was, byte for byte`(json: String) throws {
        let answer = try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
        #expect(JSONValue(encoding: answer).text() == json)
    }

    @Test func `what an answer always has is null where another version leaves it out`() throws {
        let answer = try JSONDecoder().decode(Answer.self, from: Data(#"{"count":1,"rest":[],"counts":{}}"#.utf8))
        #expect(answer.name == nil && answer.share == nil)
        #expect(JSONValue(encoding: answer)["a_name"] == .null)
    }
}
