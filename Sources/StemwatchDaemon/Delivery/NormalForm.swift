// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Unicode normalization form C (UAX #15): what Windows and Linux write, and what SMB clients send. macOS file systems
/// hand out names decomposed, so one song may arrive under two spellings of one name.
enum NormalForm {
    /// `name` composed; `nil`: it is not UTF-8, and has no normal form.
    static func composed(_ name: [UInt8]) -> [UInt8]? {
        guard let text = String(validating: name, as: UTF8.self) else { return nil }
        // The standard library normalizes to compare strings and exposes it under this underscored name only; the public
        // way, Foundation's, brings ICU and 44 MB with it. The tests hold it to UAX #15.
        return text._nfcCodeUnits
    }
}
