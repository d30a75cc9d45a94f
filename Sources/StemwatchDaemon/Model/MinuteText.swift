// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

package import Audio

extension AudioDuration {
    /// `142.6 min`: for messages and tables. Rounded up, so that no cost shows as nothing: to a tenth, and below a
    /// minute to a hundredth, where tenths would make different amounts look the same.
    package var minutes: String { "\(minuteFigure) min" }

    /// ``minutes`` without the unit.
    var minuteFigure: String {
        if (1..<60_000).contains(milliseconds), !milliseconds.isMultiple(of: 6000) {
            let hundredths = (milliseconds + 599) / 600
            return "0." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
        }
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: 6000)
        let tenths = whole + (rest > 0 ? 1 : 0)
        return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
