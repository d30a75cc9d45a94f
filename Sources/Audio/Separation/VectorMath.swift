// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Logarithms and powers of two, four at a time, to about 1e-6: what the exponents of the masks need, many times
/// faster than the C library's.
enum VectorMath {
    /// log₂ of normal positive numbers.
    ///
    /// With x = m · 2ᵉ and m in √½…√2: log₂ m = 2/ln 2 · artanh((m − 1)/(m + 1)), whose series is cut after the seventh
    /// power.
    @inline(__always)
    static func log2(_ x: Vector) -> Vector {
        let bits = unsafeBitCast(x, to: SIMD4<UInt32>.self)
        let exponent = (bits &+ (one &- rootOfHalf)) &>> 23
        let mantissa = unsafeBitCast(bits &- (exponent &<< 23) &+ one, to: Vector.self)
        let s = (mantissa - 1) / (mantissa + 1)
        let t = s * s
        var series = Vector(repeating: 0.412_198_6)
        series = series * t + 0.577_078_0
        series = series * t + 0.961_796_7
        series = series * t + 2.885_390_1
        return series * s + (integer(exponent) - 127)
    }

    /// 2ˣ for x in −126…126.
    ///
    /// The nearest whole power from the exponent bits, the rest in −½…½ by the exponential series to the sixth power.
    @inline(__always)
    static func exp2(_ x: Vector) -> Vector {
        let shifted = x + rounding
        let rest = (x - (shifted - rounding)) * 0.693_147_2
        let power = (unsafeBitCast(shifted, to: SIMD4<UInt32>.self) &+ 127) &<< 23
        var series = Vector(repeating: 1 / 720)
        series = series * rest + 1 / 120
        series = series * rest + 1 / 24
        series = series * rest + 1 / 6
        series = series * rest + 1 / 2
        series = series * rest + 1
        series = series * rest + 1
        return series * unsafeBitCast(power, to: Vector.self)
    }

    /// The bits of 1.
    private static var one: SIMD4<UInt32> { SIMD4(repeating: 0x3F80_0000) }
    /// The bits of √½.
    private static var rootOfHalf: SIMD4<UInt32> { SIMD4(repeating: 0x3F35_04F3) }
    /// 1.5 · 2²³: adding it leaves a whole number in the low bits.
    private static var rounding: Vector { Vector(repeating: 12_582_912) }

    /// Whole numbers below 2²³ as floating point: put below the exponent of 2²³, which is then taken off.
    @inline(__always)
    private static func integer(_ n: SIMD4<UInt32>) -> Vector {
        unsafeBitCast(n | 0x4B00_0000, to: Vector.self) - 8_388_608
    }
}
