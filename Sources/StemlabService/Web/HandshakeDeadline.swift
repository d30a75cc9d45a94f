// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOTLS

/// Closes a connection whose client does not finish the TLS handshake in time, or before the server stops.
///
/// Threat model: silent connections would use up those that there are, and hold up a stop.
///
/// Only used on its channel's event loop.
final class HandshakeDeadline: ChannelInboundHandler {
    typealias InboundIn = Any
    typealias InboundOut = Any

    private let patience: TimeAmount
    private var end: Scheduled<Void>?
    private var isComplete = false

    init(patience: Duration) { self.patience = TimeAmount(patience) }

    func handlerAdded(context: ChannelHandlerContext) {
        end = context.eventLoop.assumeIsolated().scheduleTask(in: patience) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            isComplete = true
            end?.cancel()
        }
        if event is ChannelShouldQuiesceEvent, !isComplete { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
