// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Measures samples: the highest peak, and the number of samples that are not finite.
///
/// All in integer arithmetic, on the bits of floats too, so that the loops vectorise and nothing traps.
struct SampleMeter {
    private var lowest: Int32 = 0
    private var highest: Int32 = 0
    private var peak32: UInt32 = 0
    private var peak64: UInt64 = 0
    /// Samples that are infinite or not a number.
    private(set) var nonFinite: Int64 = 0

    /// The highest magnitude of a sample, 1 being full scale; infinite when a sample was no finite number.
    var peak: Double {
        if nonFinite > 0 { return .infinity }
        let integer = max(Double(highest), -Double(lowest)) / 0x1p31
        return max(integer, Double(Float(bitPattern: peak32)), Double(bitPattern: peak64))
    }

    /// Integers left-justified to 16 bits.
    mutating func add(_ samples: UnsafeBufferPointer<Int16>) {
        var low: Int16 = 0, high: Int16 = 0
        for sample in samples {
            low = min(low, sample)
            high = max(high, sample)
        }
        lowest = min(lowest, Int32(low) << 16)
        highest = max(highest, Int32(high) << 16)
    }

    /// Integers left-justified to 32 bits.
    mutating func add(_ samples: UnsafeBufferPointer<Int32>) {
        var low = lowest, high = highest
        for sample in samples {
            low = min(low, sample)
            high = max(high, sample)
        }
        lowest = low
        highest = high
    }

    mutating func add(_ samples: UnsafeBufferPointer<Float>) {
        var peak = peak32
        var count: UInt32 = 0
        for sample in samples {
            // Without the sign bit, floats compare as integers, and infinities and NaNs are the largest.
            let magnitude = sample.bitPattern & 0x7FFF_FFFF
            peak = max(peak, magnitude)
            count &+= magnitude >= 0x7F80_0000 ? 1 : 0
        }
        peak32 = peak
        nonFinite += Int64(count)
    }

    mutating func add(_ samples: UnsafeBufferPointer<Double>) {
        var peak = peak64
        var count: UInt32 = 0
        for sample in samples {
            let magnitude = sample.bitPattern & 0x7FFF_FFFF_FFFF_FFFF
            peak = max(peak, magnitude)
            count &+= magnitude >= 0x7FF0_0000_0000_0000 ? 1 : 0
        }
        peak64 = peak
        nonFinite += Int64(count)
    }
}
