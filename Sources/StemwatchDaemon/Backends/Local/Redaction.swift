// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Takes secrets out of what a program prints, piece by piece, wherever the pieces are cut.
struct Redaction {
    /// Shorter values are numbers and switches. They are no secrets, and part of many words.
    static let shortest = 8
    private static let mark = Array("<redacted>".utf8)

    /// The longest first: a secret may begin with another.
    private let secrets: [[UInt8]]
    /// The end of the input so far, which may be the beginning of a secret.
    private var held: [UInt8] = []

    init(_ secrets: [Secret]) {
        self.secrets = secrets.map { Array($0.reveal().utf8) }.filter { $0.count >= Self.shortest }
            .sorted { $0.count > $1.count }
    }

    /// - Returns: what certainly holds no secret.
    mutating func pass(_ bytes: [UInt8]) -> [UInt8] {
        guard !secrets.isEmpty else { return bytes }
        let bytes = held + bytes
        held = []
        var passed: [UInt8] = []
        var here = bytes.startIndex
        while here < bytes.endIndex {
            let rest = bytes[here...]
            if secrets.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
                held = Array(rest)
                break
            }
            if let secret = secrets.first(where: { rest.starts(with: $0) }) {
                passed += Self.mark
                here += secret.count
            } else {
                passed.append(bytes[here])
                here += 1
            }
        }
        return passed
    }

    /// - Returns: the rest, when no more comes. What may be half a secret or more is replaced.
    mutating func end() -> [UInt8] {
        defer { held = [] }
        if let whole = secrets.first(where: { held.starts(with: $0) }) {
            return Self.mark + held.dropFirst(whole.count)
        }
        return held.count >= Self.shortest / 2 ? Self.mark : held
    }
}

extension Redaction {
    static func of(_ text: String, _ secrets: [Secret]) -> String {
        var redaction = Redaction(secrets)
        return String(decoding: redaction.pass(Array(text.utf8)) + redaction.end(), as: UTF8.self)
    }
}
