// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A service manager's end of sd_notify(3): a real datagram socket.
public final class NotifyListener: Sendable {
    private let socket: Int32

    /// - Parameter name: of the socket, as `sun_path` has it: with its final zero, or with a zero first in the abstract
    ///   namespace.
    public init(_ name: [UInt8]) {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.count)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
        }
        precondition(bound == 0, "bind failed with errno \(errno)")
    }

    deinit { close(socket) }

    /// The next datagram; `nil` when there is none.
    public func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
