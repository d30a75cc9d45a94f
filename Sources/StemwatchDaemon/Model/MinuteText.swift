// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio

extension AudioDuration {
    /// `142.6 min`: for messages and tables, rounded up to a tenth so that nothing that costs something shows as nothing; below
    /// a minute to a hundredth, where tenths would make different amounts look the same.
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
