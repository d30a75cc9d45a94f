// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Ends a stream of HTTP/2 after its answer when the request's body is still long, a refused upload say: the client is told that
/// nothing went wrong, and that nobody reads the rest (RFC 9113, 8.1). The connection goes on.
///
/// Only used on its channel's event loop. ``CloseAfterResponse`` is the same for HTTP/1.1.
final class HTTP2EarlyResponse: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var isReading = false
    /// Of the body, how many bytes have not come; `nil`: nobody said.
    private var left: Int? = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isReading = true
            left = head.headerFields[.contentLength].flatMap { Int($0) }
        case .body(let bytes): left = left.map { $0 - bytes.readableBytes }
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data), isReading, (left ?? .max) > CloseAfterResponse.shortBody else {
            return context.write(data, promise: promise)
        }
        // Not before: what waits to be sent on a stream is lost when it is ended.
        let written = promise ?? context.eventLoop.makePromise()
        written.futureResult.assumeIsolated().whenComplete { _ in
            context.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
        }
        context.write(data, promise: written)
    }
}
