// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
import Platform

extension ValueForm<Duration> {
    /// A duration within `range`.
    public static func duration(_ range: ClosedRange<Duration>) -> Self {
        .scalar(
            "a duration", advice: DurationNotation.advice, schema: .text(pattern: durationPattern),
            write: { DurationNotation.text(milliseconds: $0.wholeMilliseconds) },
            parse: { text throws(ValueProblem) in
                let duration = Duration.milliseconds(try DurationNotation.milliseconds(text))
                try checkRange(duration, range) { DurationNotation.text(milliseconds: $0.wholeMilliseconds) }
                return duration
            })
    }
}

extension ValueForm<AudioDuration> {
    /// A length of audio within `range` of milliseconds, written as a duration.
    public static func audioLength(_ range: ClosedRange<Int64>) -> Self {
        .scalar(
            "a length of audio", advice: DurationNotation.advice, schema: .text(pattern: durationPattern),
            write: { DurationNotation.text(milliseconds: $0.milliseconds) },
            parse: { text throws(ValueProblem) in
                let milliseconds = try DurationNotation.milliseconds(text)
                try checkRange(milliseconds, range, DurationNotation.text)
                return AudioDuration(milliseconds: milliseconds)
            })
    }

    /// Minutes of audio.
    public static let minutes = scalar(
        "a number of minutes", advice: MinutesNotation.advice, schema: .number, write: MinutesNotation.text,
        parse: MinutesNotation.duration)
}

extension ValueForm<Int64> {
    /// A number of bytes within `range`.
    public static func size(_ range: ClosedRange<Int64>) -> Self {
        .scalar(
            "a size", advice: SizeNotation.advice, schema: .text(pattern: "^[0-9]+ ?([kKMGT]?B|[KMGT]iB)$"),
            write: SizeNotation.text,
            parse: { text throws(ValueProblem) in
                let bytes = try SizeNotation.bytes(text)
                try checkRange(bytes, range, SizeNotation.text)
                return bytes
            })
    }
}

extension ValueForm<Int> {
    /// A whole number within `range`.
    public static func count(_ range: ClosedRange<Int>) -> Self {
        let advice = "write a whole number from \(range.lowerBound) to \(range.upperBound)"
        return .scalar("a whole number", advice: advice, schema: .integer(range), write: { "\($0)" }) {
            text throws(ValueProblem) in
            var rest = Substring(text)
            let sign = rest.first == "-" ? -1 : 1
            if sign < 0 { rest = rest.dropFirst() }
            guard let number = Digits.take(from: &rest), rest.isEmpty else {
                throw ValueProblem("which is not a whole number")
            }
            try checkRange(Int(number) * sign, range) { "\($0)" }
            return Int(number) * sign
        }
    }
}

extension ValueForm<UInt16> {
    /// Permissions of files.
    public static let mode = scalar(
        "a file mode", advice: ModeNotation.advice, schema: .textOrNumber(pattern: "^(0o)?0?[67][0-7]{2}$"),
        write: ModeNotation.text, parse: ModeNotation.mode)
}

private let durationPattern = "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"

private func checkRange<Value: Comparable>(
    _ value: Value, _ range: ClosedRange<Value>, _ text: (Value) -> String
) throws(ValueProblem) {
    if value < range.lowerBound {
        throw ValueProblem(
            "which is less than the least allowed, \(text(range.lowerBound))",
            hint: "write \(text(range.lowerBound)) or more")
    }
    if value > range.upperBound {
        throw ValueProblem(
            "which is more than the most allowed, \(text(range.upperBound))",
            hint: "write \(text(range.upperBound)) or less")
    }
}
