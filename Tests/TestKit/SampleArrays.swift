// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform

extension AudioReader {
    /// Decodes the next frames into the front of `samples`, as many as fit.
    /// - Returns: frames read; the samples after them are from an earlier read.
    public func read(into samples: inout [Float]) throws(Failure) -> Int {
        try samples.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try read(into: buffer) }
    }

    /// The same in double precision.
    public func read(into samples: inout [Double]) throws(Failure) -> Int {
        try samples.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try read(into: buffer) }
    }

    /// The same as integers left-justified to 32 bits, for `.integer` formats only.
    public func read(into samples: inout [Int32]) throws(Failure) -> Int {
        try samples.withUnsafeMutableBufferPointer { (buffer) throws(Failure) in try read(into: buffer) }
    }
}

extension AudioWriter {
    /// Appends all of `samples`, interleaved.
    public func write(_ samples: [Float]) throws(Failure) {
        try samples.withUnsafeBufferPointer { (buffer) throws(Failure) in try write(buffer) }
    }

    /// Appends all of `samples`, interleaved.
    public func write(_ samples: [Double]) throws(Failure) {
        try samples.withUnsafeBufferPointer { (buffer) throws(Failure) in try write(buffer) }
    }

    /// Appends all of `samples`, interleaved and left-justified to 32 bits.
    public func write(_ samples: [Int32]) throws(Failure) {
        try samples.withUnsafeBufferPointer { (buffer) throws(Failure) in try write(buffer) }
    }
}
