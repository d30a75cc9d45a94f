// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTP2

/// Closes a connection of HTTP/2 on which no request has come for a while, or whose client breaks the protocol; and, when
/// the service is being stopped, once its requests are answered.
///
/// Threat model: silent connections would use up those that there are. Hummingbird's idle timeout does it for HTTP/1.1.
///
/// Only used on its channel's event loop.
final class HTTP2IdleGuard: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// Requests at once, as announced to the client. Threat model: it bounds the work of one connection.
    static let mostStreams = 16
    private let patience: TimeAmount
    private var open: Set<HTTP2StreamID> = []
    private var last = HTTP2StreamID.rootStream
    private var isEnding = false
    private var idle: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(patience: Duration) { self.patience = TimeAmount(patience) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        waitForStream(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { forget() }
    func channelInactive(context: ChannelHandlerContext) {
        forget()
        context.fireChannelInactive()
    }

    private func forget() {
        idle?.cancel()
        context = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            isEnding = true
            sayGoodbye(context)
            if open.isEmpty { closeSoon(context) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// The client has been sent already which rule it broke.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func waitForStream(_ context: ChannelHandlerContext) {
        idle = context.eventLoop.assumeIsolated().scheduleTask(in: patience) {
            self.sayGoodbye(context)
            self.closeSoon(context)
        }
    }

    private func sayGoodbye(_ context: ChannelHandlerContext) {
        let frame = HTTP2Frame(
            streamID: .rootStream, payload: .goAway(lastStreamID: last, errorCode: .noError, opaqueData: nil))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Not before what has been written is on its way.
    private func closeSoon(_ context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute { context.close(promise: nil) }
    }

    fileprivate func began(_ stream: HTTP2StreamID) {
        idle?.cancel()
        open.insert(stream)
        last = max(last, stream)
    }

    fileprivate func ended(_ stream: HTTP2StreamID) {
        open.remove(stream)
        guard open.isEmpty, let context else { return }
        if isEnding { closeSoon(context) } else { waitForStream(context) }
    }
}

extension HTTP2IdleGuard {
    func delegate(on loop: any EventLoop) -> any NIOHTTP2StreamDelegate {
        Delegate(watch: NIOLoopBound(self, eventLoop: loop))
    }

    private struct Delegate: NIOHTTP2StreamDelegate {
        let watch: NIOLoopBound<HTTP2IdleGuard>

        func streamCreated(_ id: HTTP2StreamID, channel: any Channel) { watch.value.began(id) }
        func streamClosed(_ id: HTTP2StreamID, channel: any Channel) { watch.value.ended(id) }
    }
}
