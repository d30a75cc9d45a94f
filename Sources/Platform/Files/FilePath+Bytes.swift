// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension FilePath {
    /// The path as the kernel sees it, without the NUL.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Lends ``bytes``.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withPlatformString { body(UnsafeRawBufferPointer(start: $0, count: length)) }
    }

    /// - Parameter bytes: up to the first NUL.
    public init(bytes: some Collection<UInt8>) {
        let terminated = bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
        self = terminated.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
    }
}

extension FilePath.Component {
    /// The name as the kernel sees it, without the NUL.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// Lends ``bytes``.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withPlatformString { body(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }

    /// - Parameter bytes: at least one, neither `/` nor NUL among them.
    package init(bytes: some Collection<UInt8>) {
        self = (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer {
            FilePath.Component(platformString: $0.baseAddress!)!
        }
    }
}
