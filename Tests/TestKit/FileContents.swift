// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

extension TemporaryDirectory {
    /// A name of any bytes below this directory.
    public func callAsFunction(bytes name: [UInt8]) -> FilePath {
        (name + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                path.appending(FilePath.Component(platformString: $0.baseAddress!)!)
            }
        }
    }
}

extension FilePath {
    /// Writes a file, as `>` does in a shell: made if it is not there, cut to nothing first.
    public func write(_ bytes: [UInt8]) throws {
        let descriptor = try FileDescriptor.open(
            self, .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    }

    public func write(_ text: String) throws { try write(Array(text.utf8)) }

    /// The content of a file.
    public func bytes() throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            var all: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                if count == 0 { return all }
                all += buffer[..<count]
            }
        }
    }
}

extension Array<UInt8> {
    /// The bytes of one name.
    public init(bytes name: FilePath.Component) {
        self = name.withPlatformString { pointer in
            UnsafeRawBufferPointer(start: pointer, count: strlen(pointer)).map { $0 }
        }
    }
}
