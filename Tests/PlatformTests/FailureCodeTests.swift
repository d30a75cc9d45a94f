// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

struct FailureCodeTests {
    private static let root = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try SettingsFile(Self.root.appending(path.components), atMost: 1 << 20).bytes, as: UTF8.self)
    }

    @Test func `every code of the source is documented, in its order, and no other`() throws {
        let source = try text("Sources/Platform/Failures/FailureCode.swift").matches(of: /= Self\("([^"]+)"\)/).map(\.1)
        let rows = try text("docs/codes.md").matches(of: /\n\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/)
        #expect(rows.map(\.1) == source)
        #expect(source.count > 50)
        #expect(Set(source).count == source.count)
    }

    @Test func `a code is an area and a word`() throws {
        for code in try text("Sources/Platform/Failures/FailureCode.swift").matches(of: /= Self\("([^"]+)"\)/).map(\.1)
        {
            #expect(code.wholeMatch(of: /[a-z]+\.[a-z_]+/) != nil, "\(code)")
        }
    }
}
