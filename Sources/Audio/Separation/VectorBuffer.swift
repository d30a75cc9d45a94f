// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// Four numbers that one instruction works on. Every supported machine has such instructions.
typealias Vector = SIMD4<Float>

/// A complex number, real part `x` and imaginary part `y`; also one stereo sample, left `x` and right `y`:
/// the separator carries both channels through one complex transform (see ``StereoSpectrum``).
typealias Complex = SIMD2<Float>

/// Memory for numbers: zeroed, aligned for vectors, of a fixed size, freed with its owner.
struct VectorBuffer<Element: BitwiseCopyable>: ~Copyable {
    /// The first element.
    let start: UnsafeMutablePointer<Element>
    /// Elements, as asked for; the memory behind them reaches to the next whole ``Vector``.
    let count: Int

    /// Room for `count` zeros.
    init(_ count: Int) {
        let bytes = (count * MemoryLayout<Element>.stride + 63) / 64 * 64
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        start = memory.bindMemory(to: Element.self, capacity: bytes / MemoryLayout<Element>.stride)
        self.count = count
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}

extension VectorBuffer where Element == Float {
    /// The same memory as whole vectors.
    var vectors: UnsafeMutablePointer<Vector> { start.asVectors }
}

extension UnsafeMutablePointer<Float> {
    /// The same memory, which must be aligned to 16 bytes, as vectors.
    var asVectors: UnsafeMutablePointer<Vector> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Vector.self)
    }
}

extension UnsafePointer<Float> {
    /// The same memory, which must be aligned to 16 bytes, as vectors.
    var asVectors: UnsafePointer<Vector> { UnsafeRawPointer(self).assumingMemoryBound(to: Vector.self) }
}
