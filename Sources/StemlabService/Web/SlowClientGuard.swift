// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Closes a connection, or a stream of HTTP/2, whose client sends a body, or reads a response, slower than 1 KiB a second
/// for half a minute.
///
/// Threat model: slow clients would use up the connections, and hold files and memory.
///
/// Only used on its channel's event loop.
final class SlowClientGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// At least so many bytes in so long.
    private let window: TimeAmount
    private let least: Int

    private var isReading = false
    private var received = 0
    private var sent = 0
    private var pending = 0
    private var check: Scheduled<Void>?

    init(patience: Duration) {
        window = TimeAmount(patience)
        least = Int(patience / .seconds(1) * 1024)
    }

    func handlerRemoved(context: ChannelHandlerContext) { check?.cancel() }
    func channelInactive(context: ChannelHandlerContext) {
        check?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: isReading = true
        case .body(let bytes): received += bytes.readableBytes
        case .end: isReading = false
        }
        watch(context)
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .body(let bytes) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        let count = bytes.readableBytes
        pending += count
        let written = promise ?? context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.pending -= count
            self.sent += count
        }
        watch(context)
        context.write(data, promise: written)
    }

    private func watch(_ context: ChannelHandlerContext) {
        guard check == nil, isReading || pending > 0 else { return }
        received = 0
        sent = 0
        check = context.eventLoop.assumeIsolated().scheduleTask(in: window) {
            self.check = nil
            // Bytes that we do not take are not the client's fault: then nothing is pending in its direction.
            let isSlow = (self.isReading && self.received < self.least) || (self.pending > 0 && self.sent < self.least)
            if isSlow { context.close(promise: nil) } else { self.watch(context) }
        }
    }
}
