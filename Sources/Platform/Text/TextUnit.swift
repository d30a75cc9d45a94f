// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// A piece of bytes that need not be UTF-8: a character where the bytes form one, else a single byte.
package enum TextUnit: Hashable, Sendable {
    case scalar(Unicode.Scalar)
    case byte(UInt8)

    package static func units(of bytes: some Collection<UInt8>) -> [TextUnit] {
        var units: [TextUnit] = []
        units.reserveCapacity(bytes.count)
        var rest = bytes[...]
        while let first = rest.first {
            var (decoder, iterator) = (UTF8(), rest.makeIterator())
            if case .scalarValue(let scalar) = decoder.decode(&iterator) {
                units.append(.scalar(scalar))
                rest = rest.dropFirst(UTF8.width(scalar))
            } else {
                units.append(.byte(first))
                rest = rest.dropFirst()
            }
        }
        return units
    }
}
