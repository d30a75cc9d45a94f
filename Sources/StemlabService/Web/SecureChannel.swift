// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOSSL
import NIOTLS

/// A connection over TLS: HTTP/2 with a client that offers it, HTTP/1.1 with any other.
///
/// HummingbirdHTTP2's channel is not used: it waits for ever for a handshake, and takes no bounds for HTTP/2 (requests at
/// once, size of a head, windows, resets), which the threat model needs of a service that has no proxy in front.
struct SecureChannel: ServerChildChannel {
    typealias Stream = HTTP1Channel.Value

    struct Value: ServerChildChannelValue {
        let version: EventLoopFuture<Version>
        let channel: any Channel
    }

    enum Version: Sendable {
        case http1(HTTP1Channel.Value)
        case http2(NIOHTTP2Handler.AsyncStreamMultiplexer<Stream>)
    }

    let context: NIOSSLContext
    /// Also answers the requests of HTTP/2.
    let http1: HTTP1Channel
    let patience: Duration

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Version> { result in
                switch result {
                case .negotiated("h2"): setupHTTP2(channel)
                case .negotiated, .fallback:
                    http1.setup(channel: channel, logger: logger).map { .http1($0) }
                }
            }
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: context))
            try pipeline.addHandler(HandshakeDeadline(patience: patience))
            try pipeline.addHandler(negotiation)
            return Value(version: negotiation.protocolNegotiationResult, channel: channel)
        }
    }

    private func setupHTTP2(_ channel: any Channel) -> EventLoopFuture<Version> {
        channel.eventLoop.makeCompletedFuture {
            let watch = HTTP2IdleGuard(patience: patience)
            let pipeline = channel.pipeline.syncOperations
            let streams = try pipeline.configureAsyncHTTP2Pipeline(
                mode: .server, streamDelegate: watch.delegate(on: channel.eventLoop), configuration: Self.bounds
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    let pipeline = stream.pipeline.syncOperations
                    try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                    try pipeline.addHandler(SlowClientGuard(patience: patience))
                    try pipeline.addHandler(HTTP2EarlyResponse())
                    return try Stream(wrappingChannelSynchronously: stream)
                }
            }
            try pipeline.addHandler(watch)
            return .http2(streams)
        }
    }

    /// What a client may do. One that does more loses its connection (`ENHANCE_YOUR_CALM`). The bounds that are not set
    /// here, on control frames and on the pieces of a head, are those of SwiftNIO.
    private static var bounds: NIOHTTP2Handler.Configuration {
        var bounds = NIOHTTP2Handler.Configuration()
        bounds.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: HTTP2IdleGuard.mostStreams),
            HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
            HTTP2Setting(parameter: .initialWindowSize, value: window),
        ]
        // What may be under way of an upload: more is faster over a slow line, and has to be kept in memory.
        bounds.stream.targetWindowSize = window
        bounds.connection.targetWindowSize = 4 * window
        // Threat model: "rapid reset", requests that are begun and called off at once.
        bounds.stream.streamResetFrameRateLimit.maximumCount = 50
        bounds.stream.streamResetFrameRateLimit.windowLength = .seconds(30)
        return bounds
    }

    private static let window = 256 << 10

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.version.get() {
            case .http1(let connection): await http1.handle(value: connection, logger: logger)
            case .http2(let streams):
                try await withTaskCancellationHandler {
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await stream in streams.inbound {
                            group.addTask { await http1.handleHTTP(asyncChannel: stream, logger: logger) }
                        }
                    }
                } onCancel: {
                    value.channel.close(promise: nil)
                }
            }
        } catch {
            logger.trace("A connection ended: \(error)")
        }
    }
}
