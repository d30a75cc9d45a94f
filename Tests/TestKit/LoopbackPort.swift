// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A port of the loopback interface, reserved while this object exists: bound, and never listened on. A server that
/// reuses addresses may listen there, and so may its successor after a kill.
public final class LoopbackPort: Sendable {
    public let number: UInt16
    private let holder: Int32

    public init() {
        holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(holder, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (holder, size) = (holder, length)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(holder, $0, size) == 0 && getsockname(holder, $0, &length) == 0
            }
        }
        precondition(isBound, "no loopback port: errno \(errno)")
        number = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(holder) }
}
