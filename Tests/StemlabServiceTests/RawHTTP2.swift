// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import NIOSSL
import Platform
import Synchronization
import SystemPackage

/// A client that speaks HTTP/2 frame by frame, and says what no honest one would.
enum RawHTTP2 {
    struct Frame: Hashable, Sendable {
        let kind: Kind?
        let stream: UInt32
        let payload: [UInt8]

        /// Of one that ends a stream or the connection.
        var code: UInt8? {
            switch kind {
            case .reset, .goAway: payload[kind == .reset ? 3 : 7]
            default: nil
            }
        }
    }

    enum Kind: UInt8 {
        case data = 0, head = 1, reset = 3, settings = 4, ping = 6, goAway = 7, windowUpdate = 8, more = 9
    }

    static let calmDown: UInt8 = 0xB

    /// What every client begins with.
    static func hello(window: UInt32? = nil) -> [UInt8] {
        let settings = window.map { [0, 4] + bytes($0) } ?? []
        return Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(.settings, settings)
    }

    static func frame(_ kind: Kind, _ payload: [UInt8] = [], stream: UInt32 = 0, flags: UInt8 = 0) -> [UInt8] {
        Array(bytes(UInt32(payload.count)).dropFirst()) + [kind.rawValue, flags] + bytes(stream) + payload
    }

    /// The head of a request, in HPACK without compression.
    static func head(_ method: String, _ path: String, more: [(String, String)] = []) -> [UInt8] {
        [0x87] + fields([(":method", method), (":authority", "a"), (":path", path)] + more)
    }

    static func fields(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0.0) + text($0.1) }
    }

    static func request(_ stream: UInt32, _ method: String, _ path: String, ends: Bool) -> [UInt8] {
        frame(.head, head(method, path), stream: stream, flags: ends ? 0x5 : 0x4)
    }

    private static func text(_ string: String) -> [UInt8] {
        var count = string.utf8.count
        guard count >= 127 else { return [UInt8(count)] + Array(string.utf8) }
        var bytes: [UInt8] = [127]
        count -= 127
        while count >= 128 {
            bytes.append(UInt8(count % 128) | 128)
            count /= 128
        }
        return bytes + [UInt8(count)] + Array(string.utf8)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }

    /// Sends all of this, and waits until the server closes the connection.
    /// - Returns: what the server said.
    static func talk(to port: Int, trusting authority: FilePath, _ said: [UInt8]) async throws -> [Frame] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority.string)
        configuration.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: configuration)
        let ear = Ear()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: nil))
                    try pipeline.addHandler(Listener(ear))
                }
            }.connect(host: "127.0.0.1", port: port).get()
        channel.writeAndFlush(ByteBuffer(bytes: said), promise: nil)
        try await channel.closeFuture.get()
        return frames(ear.heard.withLock { $0 })
    }

    private static func frames(_ bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        var rest = bytes[...]
        while rest.count >= 9 {
            let head = Array(rest.prefix(9))
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard rest.count >= 9 + length else { break }
            frames.append(
                Frame(
                    kind: Kind(rawValue: head[3]),
                    stream: UInt32(head[5]) << 24 | UInt32(head[6]) << 16 | UInt32(head[7]) << 8 | UInt32(head[8]),
                    payload: Array(rest.dropFirst(9).prefix(length))))
            rest = rest.dropFirst(9 + length)
        }
        return frames
    }

    private final class Ear: Sendable { let heard = Mutex<[UInt8]>([]) }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let ear: Ear
        init(_ ear: Ear) { self.ear = ear }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            ear.heard.withLock { $0 += bytes.readableBytesView }
        }

        /// The server went without a goodbye of TLS, which is its right.
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
