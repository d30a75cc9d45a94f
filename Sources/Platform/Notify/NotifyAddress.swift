// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The datagram socket of a service manager: a path, or with a leading `@` a name in the abstract namespace of unix(7).
struct NotifyAddress: Sendable {
    /// As it goes into `sun_path`: a path ends with a NUL, an abstract name begins with one.
    private let name: [UInt8]
    private let length: socklen_t

    /// - Throws: `system.unsupported` when the address is neither, or longer than `sun_path` holds.
    init(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        let room = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        let isAbstract = bytes.first == UInt8(ascii: "@")
        guard isAbstract || bytes.first == UInt8(ascii: "/"), bytes.count > 1, bytes.count < room else {
            throw Failure(
                .systemUnsupported,
                "NOTIFY_SOCKET is \(Printable(text, limit: 200)), which is no socket path of at most \(room - 1) bytes",
                hint: "start the program by systemd, or unset NOTIFY_SOCKET", remedy: .stop)
        }
        name = isAbstract ? [0] + bytes.dropFirst() : bytes + [0]
        length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.count)
    }

    /// Sends one datagram.
    ///
    /// - Throws: `system.io` when it cannot be sent within `patience`.
    func send(_ message: [UInt8], patience: Duration) throws(Failure) {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw Self.failure(errno) }
        defer { close(socket) }
        var limit = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        guard setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size)) == 0 else {
            throw Self.failure(errno)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
        guard sent == message.count else { throw Self.failure(errno) }
    }

    private static func failure(_ code: Int32) -> Failure {
        Failure(
            .systemIO, "the service manager cannot be reached: \(String(cString: strerror(code)))",
            remedy: .retry(after: nil))
    }
}
