// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTPTypes

/// What has not yet come of the body of the request that a connection is reading.
struct UnreadBody {
    /// A body of which no more than this is left is read to its end: the connection is worth more.
    private static let short = 64 << 10

    /// The end of the request has not come.
    private(set) var isReading = false
    /// `nil`: the client has not said.
    private var left: Int? = 0

    mutating func read(_ part: HTTPRequestPart) {
        switch part {
        case .head(let head):
            isReading = true
            left = head.headerFields[.contentLength].flatMap { Int($0) }
        case .body(let bytes): left = left.map { $0 - bytes.readableBytes }
        case .end: isReading = false
        }
    }

    /// Reading the rest would cost more than to end here.
    var isLong: Bool { isReading && (left ?? .max) > Self.short }
}

/// Closes a connection of HTTP/1.1 after a response that announces it (`Connection: close`). A response to a request of
/// whose body much is still to come, such as a refused upload, is made to announce it.
///
/// Threat model: without it a client could make the service read gigabytes that it has refused.
///
/// What the client sends before it has seen that response is discarded, for a moment: if the connection were closed at
/// once, the response could be lost with it.
///
/// Only used on its channel's event loop.
final class CloseAfterResponse: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// What may be under way when a client sees the last response.
    private static let underWay = 16 << 20
    private static let farewellTime = TimeAmount.seconds(5)

    private var unread = UnreadBody()
    /// Requests and responses that have begun.
    private var requests = 0
    private var responses = 0
    private var isLast = false
    /// After the last response: so many bytes more are read, and discarded.
    private var farewell: Int?
    private var end: Scheduled<Void>?

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if let farewell {
            if case .body(let bytes) = part, bytes.readableBytes <= farewell {
                self.farewell = farewell - bytes.readableBytes
            } else {
                context.close(promise: nil)
            }
            return
        }
        unread.read(part)
        if case .head = part { requests += 1 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        // "100 Continue" is no response yet.
        case .head(let head) where head.status.kind == .informational: context.write(data, promise: promise)
        case .head(var head):
            responses += 1
            if isUnread, unread.isLong { head.headerFields[.connection] = "close" }
            isLast = head.headerFields[.connection]?.lowercased() == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isLast:
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in self.sayFarewell(context) }
            context.write(data, promise: written)
        case .body, .end: context.write(data, promise: promise)
        }
    }

    /// The end of the request that is being responded to has not come.
    private var isUnread: Bool { unread.isReading && responses == requests }

    private func sayFarewell(_ context: ChannelHandlerContext) {
        guard isUnread else { return context.close(promise: nil) }
        farewell = Self.underWay
        end = context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewellTime) { context.close(promise: nil) }
        // The client sees the end, and stops.
        context.close(mode: .output, promise: nil)
    }
}
