// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

struct LedgerDocumentTests {
    private static func examples() throws -> [(event: Substring, line: Substring)] {
        let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let text = String(decoding: try root.appending("docs/ledger.md").bytes(), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.filter { lines[$0].hasPrefix("### ") }.compactMap { heading in
            let example = lines[heading...].first { $0.hasPrefix("{") }
            return example.map { (lines[heading].dropFirst(4), $0) }
        }
    }

    @Test func `each example in the document is what would be written`() throws {
        for (event, line) in try Self.examples() {
            let entry = try LedgerLine.entry(of: line.utf8)
            #expect(LedgerLine.name(of: entry.event) == event)
            if case .unknown = entry.event { #expect(Bool(false), "\(event) is documented, but not known") }
            #expect(String(decoding: LedgerLine.bytes(of: entry), as: UTF8.self) == line + "\n")
        }
    }

    @Test func `every event has an example`() throws {
        let documented = Set(try Self.examples().map { String($0.event) })
        #expect(documented == Set(LedgerSamples.events.map(LedgerLine.name(of:))))
    }
}
