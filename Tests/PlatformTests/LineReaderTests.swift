// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

struct LineReaderTests {
    private let directory = TemporaryDirectory()

    private func lines(of content: [UInt8]) throws -> ([(Int, Int64, [UInt8]?)], LineReader.Extent) {
        let path = directory("lines")
        try path.write(content)
        let descriptor = try FileDescriptor.open(path, .readOnly)
        defer { try? descriptor.close() }
        var lines: [(Int, Int64, [UInt8]?)] = []
        let extent = try LineReader.forEachLine(in: descriptor, path) { line in
            lines.append((line.number, line.offset, line.bytes.map(Array.init)))
        }
        return (lines, extent)
    }

    @Test func `lines may be any bytes, and an unfinished line does not count`() throws {
        let (lines, extent) = try lines(of: Array("a\r\n\n".utf8) + [0xFF, 0, 10] + Array("torn".utf8))
        #expect(lines.map(\.2) == [[97, 13], [], [0xFF, 0]])
        #expect(lines.map(\.0) == [1, 2, 3])
        #expect(lines.map(\.1) == [0, 3, 4])
        #expect(extent.lines == 3 && extent.end == 7 && extent.tail == 4)
    }

    @Test func `an empty file has no lines`() throws {
        #expect(try lines(of: []).1 == LineReader.Extent())
    }

    @Test func `lines of every length around that of the buffer come whole`() throws {
        let lengths = [1, (1 << 18) - 2, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, 1 << 20, 5, 0, 1 << 19]
        let content = lengths.flatMap { [UInt8](repeating: 66, count: $0) + [10] }
        let (lines, extent) = try lines(of: content)
        #expect(lines.map { $0.2?.count } == lengths)
        #expect(extent.end == Int64(content.count) && extent.tail == 0)
    }

    @Test func `a line that is too long is reported without its bytes, and the next lines are read`() throws {
        let long = [UInt8](repeating: 66, count: LineReader.longestLine * 3 + 17)
        let (lines, extent) = try lines(of: [97, 10] + long + [10, 98, 10] + long)
        #expect(lines.map { $0.2?.count } == [1, nil, 1])
        #expect(lines.map(\.1) == [0, 2, Int64(long.count) + 3])
        #expect(extent.tail == Int64(long.count))
    }
}
