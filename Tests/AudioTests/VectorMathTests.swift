// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Audio

struct VectorMathTests {
    @Test func `logarithms and powers are those of the C library to a millionth`() {
        for i in 0..<4000 {
            let x = Float(0.004 * pow(1.002, Double(i)))
            #expect(abs(VectorMath.log2(Vector(repeating: x))[2] - log2f(x)) < 2e-6)
            let y = Float(i - 2000) / 50
            #expect(abs(VectorMath.exp2(Vector(repeating: y))[1] / exp2f(y) - 1) < 2e-6)
        }
    }

    @Test func `each lane is on its own`() {
        #expect(VectorMath.exp2(Vector(0, 1, -1, 10)) == Vector(1, 2, 0.5, 1024))
        #expect(VectorMath.log2(Vector(1, 2, 0.5, 1024)) == Vector(0, 1, -1, 10))
    }
}
