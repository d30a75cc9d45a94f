// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// Reads a file line by line in bounded memory, as bytes. The caller decides what a line means, and whether it is text.
public enum LineReader {
    /// Bounds the memory: a longer line is reported without its bytes.
    public static let longestLine = 4 << 20

    public struct Line {
        /// From 1.
        public var number: Int
        /// Where in the file it begins.
        public var offset: Int64
        /// Bytes in the file, its line feed included.
        public var length: Int64
        /// Without the line feed; `nil` when it is longer than longestLine. Valid during the call only.
        public var bytes: UnsafeRawBufferPointer?
    }

    /// What a file held.
    public struct Extent: Hashable, Sendable {
        /// Lines that end with a line feed.
        public var lines = 0
        /// Where the last of them ends.
        public var end: Int64 = 0
        /// Bytes after it: an unfinished line.
        public var tail: Int64 = 0
        public init() {}
    }

    /// Calls `body` with each finished line from the start of the file, and passes over an unfinished last one.
    public static func forEachLine(
        in descriptor: FileDescriptor, _ path: FilePath, _ body: (Line) throws(Failure) -> Void
    ) throws(Failure) -> Extent {
        var extent = Extent()
        var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        var filled = 0
        // Bytes of the current line that were dropped because it is too long.
        var dropped: Int64 = 0
        var offset: Int64 = 0
        while true {
            let count = try Failure.translating("reading", path) {
                try descriptor.read(
                    fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
            if count == 0 { break }
            offset += Int64(count)
            var searched = filled
            filled += count
            var start = 0
            while let feed = lineFeed(in: buffer, searched..<filled) {
                let length = dropped + Int64(feed + 1 - start)
                let bytes = dropped == 0 ? UnsafeRawBufferPointer(rebasing: buffer[start..<feed]) : nil
                extent.lines += 1
                try body(Line(number: extent.lines, offset: extent.end, length: length, bytes: bytes))
                extent.end += length
                (dropped, start, searched) = (0, feed + 1, feed + 1)
            }
            filled -= start
            if start > 0, filled > 0 { memmove(buffer.baseAddress!, buffer.baseAddress! + start, filled) }
            if dropped > 0 || filled > longestLine {
                dropped += Int64(filled)
                filled = 0
            } else if filled == buffer.count {
                let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
                memcpy(larger.baseAddress!, buffer.baseAddress!, filled)
                buffer.deallocate()
                buffer = larger
            }
        }
        extent.tail = dropped + Int64(filled)
        return extent
    }

    private static func lineFeed(in buffer: UnsafeMutableRawBufferPointer, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, let start = buffer.baseAddress,
            let found = memchr(start + range.lowerBound, 0x0A, range.count)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }
}
