// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// Ends a stream of HTTP/2 after its response when much of the request's body is still to come, such as that of a refused
/// upload: the client learns that this is no fault, and that the rest is not read (RFC 9113, 8.1). The connection goes on.
///
/// Threat model: what ``CloseAfterResponse`` is for HTTP/1.1. Only used on its channel's event loop.
final class HTTP2EarlyResponse: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var unread = UnreadBody()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        unread.read(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .end = unwrapOutboundIn(data), unread.isLong else {
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
