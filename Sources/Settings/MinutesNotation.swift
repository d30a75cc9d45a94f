// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio

/// Minutes of audio as the configuration writes them: `120`, `90.5`. Counted in whole milliseconds, never floating
/// point.
public enum MinutesNotation {
    public static let advice = "write minutes as a number, such as 120 or 90.5"

    /// The largest number of minutes that can be written: about 19 years of audio.
    private static let most: Int64 = 10_000_000

    public static func duration(_ text: String) throws(ValueProblem) -> AudioDuration {
        var rest = Substring(text)
        guard let whole = Digits.take(from: &rest) else { throw ValueProblem("which is not a number of minutes") }
        var thousandths: Int64 = 0
        if rest.first == "." {
            rest = rest.dropFirst()
            let digits = rest
            guard let fraction = Digits.take(from: &rest), rest.isEmpty else {
                throw ValueProblem("which is not a number of minutes")
            }
            // Three decimals are 60 ms steps: every one is a whole number of milliseconds.
            guard digits.count <= 3 else { throw ValueProblem("which has more than three decimals") }
            thousandths = [100, 10, 1][digits.count - 1] * fraction
        }
        if !rest.isEmpty {
            throw ValueProblem(
                "which is not a number of minutes", hint: "write minutes without a unit, such as 120 or 90.5")
        }
        guard whole <= most else { throw ValueProblem("which is more than the most allowed, \(most)") }
        if whole == 0, thousandths == 0 {
            throw ValueProblem("which would let nothing through", hint: "leave the key out for no limit")
        }
        return AudioDuration(milliseconds: whole * 60_000 + thousandths * 60)
    }

    /// Rounded up to a thousandth of a minute, where it is not exact.
    public static func text(_ duration: AudioDuration) -> String {
        let thousandths = (duration.milliseconds + 59) / 60
        let (whole, fraction) = thousandths.quotientAndRemainder(dividingBy: 1000)
        if fraction == 0 { return "\(whole)" }
        var digits = String(String(1000 + fraction).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
