// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Reads the progress of a program from its output, piece by piece.
///
/// Understands `progress 0.42` (on a line of its own) and percentages as progress bars show them (`42%|████`), ended by
/// a carriage return or a newline. A program may show several bars one after the other: one a model, one a shift. Bars
/// of downloads (`MB/s`) do not count.
public struct ProgressReader: Sendable {
    /// 0…1 over all passes; `nil` before the first sign. Never falls.
    public private(set) var fraction: Double?

    private let passes: Int
    /// Bars that came to their end.
    private var finished = 0
    /// The last value of the current bar.
    private var current = 0.0
    private var line: [UInt8] = []

    /// Longer lines are no progress bars.
    private static let longestLine = 1024

    /// - Parameter passes: bars to expect.
    public init(passes: Int = 1) { self.passes = max(1, passes) }

    /// More of what it prints.
    public mutating func read(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") {
                if line.count <= Self.longestLine, let value = Self.value(in: line) { take(value) }
                line.removeAll(keepingCapacity: true)
            } else if line.count <= Self.longestLine {
                line.append(byte)
            }
        }
    }

    private mutating func take(_ value: Double) {
        // A fall by more than half starts another bar.
        if value < current - 0.5 { finished += 1 }
        current = value
        let whole = max(passes, finished + 1)
        fraction = max(fraction ?? 0, min(1, (Double(finished) + value) / Double(whole)))
    }

    /// The progress that a line reports, 0…1; `nil` when it reports none.
    public static func value(in line: [UInt8]) -> Double? {
        if line.starts(with: "progress ".utf8) {
            guard let value = Double(String(decoding: line.dropFirst(9), as: UTF8.self)), (0...1).contains(value) else {
                return nil
            }
            return value
        }
        guard let sign = line.firstIndex(of: UInt8(ascii: "%")), !isDownload(line[sign...]) else { return nil }
        let number = line[..<sign].reversed().prefix { isDigit($0) || $0 == UInt8(ascii: ".") }.reversed()
        guard let percent = Double(String(decoding: Array(number), as: UTF8.self)), (0...100).contains(percent) else {
            return nil
        }
        return percent / 100
    }

    /// tqdm ends bars that count bytes with a rate such as `[00:01<00:02, 3.5MB/s]`.
    private static func isDownload(_ rest: ArraySlice<UInt8>) -> Bool {
        String(decoding: rest, as: UTF8.self).contains("B/s")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
