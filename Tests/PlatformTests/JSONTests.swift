// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Testing

struct JSONTests {
    @Test func `keys are sorted by their bytes and slashes stay`() {
        let value: JSONValue = ["b": 1, "a": ["x/y", nil, true], "B": .double(-3.5), "é": [:], "z": []]
        #expect(value.text() == #"{"B":-3.5,"a":["x/y",null,true],"b":1,"z":[],"é":{}}"#)
    }

    @Test func `indented text is for people and reads the same`() throws {
        let value: JSONValue = ["stems": [["name": "vocals"], ["name": "drums"]], "v": 1, "none": []]
        #expect(
            value.text(indented: true) == """
                {
                  "none": [],
                  "stems": [
                    {
                      "name": "vocals"
                    },
                    {
                      "name": "drums"
                    }
                  ],
                  "v": 1
                }
                """)
        #expect(try JSONValue(parsing: value.bytes(indented: true)) == value)
    }

    @Test(arguments: [
        ("\"\\\u{8}\u{9}\u{A}\u{C}\u{D}", #""\"\\\b\t\n\f\r""#),
        ("\u{0}\u{1F}\u{7F}\u{80}\u{9F}\u{A0}", "\"\\u0000\\u001f\\u007f\\u0080\\u009f\u{A0}\""),
        ("naïve ½ 🎸 \r\n", "\"naïve ½ 🎸 \\r\\n\""),
    ])
    func `text is escaped and comes back`(plain: String, written: String) throws {
        #expect(JSONValue.string(plain).text() == written)
        #expect(try JSONValue(parsing: written.utf8) == .string(plain))
    }

    static let allowed: [(String, JSONValue)] = [
        (#" { "a" : [ 1 , -0 , 2e1 ] } "#, ["a": [1, 0, .double(20)]]),
        (#""\u00e9\ud83c\udfb8\/""#, "é🎸/"),
        ("-9223372036854775808", .int(.min)),
        ("9223372036854775807", .int(.max)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)),
        ("0.5", .double(0.5)),
        (#"{"a":1,"a":2}"#, ["a": 2]),
        ("null", .null),
    ]

    @Test(arguments: allowed)
    func `what JSON allows is read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "1e", "-", "+1",
        "NaN",
        "tru", "nullx", "1 2", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83c\"", "\"\\ud83cx\"",
        "\"\\udfb8\"", "\"\\ud83c\\u0041\"", "\"a\nb\"", "'a'", "1e999", "[1 2]", "{\"a\":1 \"b\":2}", "\u{FEFF}1",
        "/**/1",
    ])
    func `what JSON forbids is a problem`(text: String) {
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test func `bytes that are not UTF-8 are a problem in a string`() {
        #expect(throws: JSONProblem("not UTF-8", at: 0)) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test(arguments: 0...20)
    func `a string ends at its quote, wherever that stands, and holds no control character`(length: Int) throws {
        let text = String(repeating: "é", count: length / 2) + String(repeating: "x", count: length % 2)
        #expect(try JSONValue(parsing: "[\"\(text)\",\"\",1]".utf8) == [.string(text), "", 1])
        #expect(try JSONValue(parsing: "[\"\(text)\\\"\(text)\"]".utf8) == [.string("\(text)\"\(text)")])
        for control in UInt8(0)..<0x20 {
            let bytes = Array("\"\(text)".utf8) + [control] + Array("\(text)\"".utf8)
            #expect(throws: JSONProblem("a control character in a string", at: length + 2)) {
                try JSONValue(parsing: bytes)
            }
        }
    }

    @Test func `nesting is bounded`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64).utf8) }
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: nested(65).utf8) }
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: nested(1_000_000).utf8) }
    }

    @Test func `names that differ only in Unicode composition are different members`() throws {
        let text = Array("{\"caf\u{E9}\":1,\"cafe\u{301}\":2,\"\\u0061\":3,\"n\":null}".utf8)
        try text.withUnsafeBytes { bytes in
            let members = try JSONMembers(parsing: bytes)
            #expect(try members.int("caf\u{E9}") == 1)
            #expect(try members.int("cafe\u{301}") == 2)
            #expect(try members.int("a") == 3)
            #expect(try members.int("n") == nil)
            #expect(try members.int("b") == nil)
            #expect(throws: JSONProblem("a: not a string")) { try members.string("a") }
        }
    }

    @Test func `no bytes can trap the reader`() {
        let good = Array(#"{"a":["é\u00e9\n",{"b":-1.5e3,"c":[true,false,null]}],"d":"x"}"#.utf8)
        var random = SystemRandomNumberGenerator()
        var read = 0
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let i = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[i] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(i...)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: i)
                }
                if bytes.isEmpty { break }
            }
            if let value = try? JSONValue(parsing: bytes) {
                read += 1
                #expect((try? JSONValue(parsing: value.bytes())) == value)
            }
        }
        #expect(read > 0)
    }
}
