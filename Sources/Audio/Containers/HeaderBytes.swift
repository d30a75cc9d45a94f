// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Reads numbers from headers. The caller must have checked every offset.
extension Array<UInt8> {
    func little<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        self[offset..<offset + T.bitWidth / 8].reversed().reduce(T(0)) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    func big<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        self[offset..<offset + T.bitWidth / 8].reduce(T(0)) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    func says(_ text: String, at offset: Int = 0) -> Bool { dropFirst(offset).starts(with: text.utf8) }
}
