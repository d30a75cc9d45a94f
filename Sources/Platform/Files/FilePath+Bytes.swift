// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

extension FilePath {
    /// The path as the kernel sees it, without the NUL.
    public var bytes: [UInt8] {
        withPlatformString { start in
            UnsafeBufferPointer(start: start, count: length).map { UInt8(bitPattern: $0) }
        }
    }

    /// - Parameter bytes: up to the first NUL.
    public init(bytes: some Collection<UInt8>) {
        let terminated = bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
        self = terminated.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
    }
}
