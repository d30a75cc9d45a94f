// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Closes a connection of HTTP/1.1 after the answer that says so (`Connection: close`). The answer to a request whose body is still long,
/// a refused upload say, is made to say so: reading it to its end would cost more than a new connection.
///
/// What a client sends before it has seen that answer is thrown away, for a moment: if the connection were closed at once, the
/// answer could be lost with it.
///
/// Only used on its channel's event loop.
final class CloseAfterResponse: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// A body of which no more than this is left is read to its end: the connection is worth more.
    static let shortBody = 64 << 10
    /// Of a longer one, what may be under way when its client sees the answer.
    private static let underWay = 16 << 20
    private static let farewellTime = TimeAmount.seconds(5)

    /// Of the request that comes in: whether its end has not come, and how many bytes of its body; `nil`: nobody said.
    private var isReading = false
    private var left: Int? = 0
    /// Requests that began, and answers.
    private var requests = 0
    private var answers = 0
    private var isLast = false
    /// After the last answer: so many bytes more are read, and thrown away.
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
        switch part {
        case .head(let head):
            isReading = true
            requests += 1
            left = head.headerFields[.contentLength].flatMap { Int($0) }
        case .body(let bytes): left = left.map { $0 - bytes.readableBytes }
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        // "100 Continue" is none yet.
        case .head(let head) where head.status.kind == .informational: context.write(data, promise: promise)
        case .head(var head):
            answers += 1
            if isUnread, (left ?? .max) > Self.shortBody { head.headerFields[.connection] = "close" }
            isLast = head.headerFields[.connection]?.lowercased() == "close"
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where isLast:
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in self.sayFarewell(context) }
            context.write(data, promise: written)
        case .body, .end: context.write(data, promise: promise)
        }
    }

    /// The end of the request that is being answered has not come.
    private var isUnread: Bool { isReading && answers == requests }

    private func sayFarewell(_ context: ChannelHandlerContext) {
        guard isUnread else { return context.close(promise: nil) }
        farewell = Self.underWay
        end = context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewellTime) { context.close(promise: nil) }
        // The client sees the end, and stops.
        context.close(mode: .output, promise: nil)
    }
}
