// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform

/// Turns the bytes of one file into samples. There are two: libsndfile's and libmpg123's.
///
/// Every `read` fills its buffer with interleaved frames, full scale ±1 (or the whole 32 bits), and returns how many
/// frames it wrote: fewer than fit only at the end. It throws `audio.broken` where decoding cannot go on, `system.io`
/// when the bytes could not be read.
protocol Decoder: AnyObject {
    var kind: String { get }
    var format: AudioFormat { get }
    /// Frames according to the header; `nil` when it declares none.
    var declaredFrames: Int64? { get }

    /// The number of frames to expect from decoding to the end, found without decoding.
    func expectedFrames() throws(Failure) -> Int64?
    func read(into buffer: UnsafeMutableBufferPointer<Float>) throws(Failure) -> Int
    func read(into buffer: UnsafeMutableBufferPointer<Double>) throws(Failure) -> Int
    /// For integers of up to 16 bits only: samples left-justified to 16 bits.
    func read(into buffer: UnsafeMutableBufferPointer<Int16>) throws(Failure) -> Int
    /// For integer formats only: samples left-justified to 32 bits.
    func read(into buffer: UnsafeMutableBufferPointer<Int32>) throws(Failure) -> Int
}
