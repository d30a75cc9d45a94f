// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

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
