// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// Connections of which no address has more than its share; a trusted reverse proxy may have all that there are.
///
/// Threat model: one client cannot hold every connection.
struct PerAddressLimitChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let shares: ConnectionShares

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        guard let address = channel.remoteAddress?.ipAddress.flatMap({ ClientAddress($0.prefix { $0 != "%" }) }) else {
            return base.setup(channel: channel, logger: logger)
        }
        guard shares.take(address) else {
            // Without a response: one would cost what is to be saved.
            return channel.close().flatMapThrowing { throw NoShare() }
        }
        channel.closeFuture.whenComplete { _ in shares.giveBack(address) }
        return base.setup(channel: channel, logger: logger)
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }

    private struct NoShare: Error {}
}

/// How many connections each address has.
final class ConnectionShares: Sendable {
    private let most: Int
    private let proxies: TrustedProxies
    private let taken = Mutex<[ClientAddress: Int]>([:])

    /// - Parameter connections: all that there are at once.
    init(of connections: Int, proxies: TrustedProxies) {
        most = max(16, connections / 8)
        self.proxies = proxies
    }

    func take(_ address: ClientAddress) -> Bool {
        if proxies.isTrusted(address) { return true }
        return taken.withLock { taken in
            let count = taken[address.rateKey, default: 0]
            guard count < most else { return false }
            taken[address.rateKey] = count + 1
            return true
        }
    }

    func giveBack(_ address: ClientAddress) {
        if proxies.isTrusted(address) { return }
        taken.withLock { taken in
            let count = taken[address.rateKey, default: 0]
            taken[address.rateKey] = count > 1 ? count - 1 : nil
        }
    }

    /// Addresses that have some.
    var count: Int { taken.withLock { $0.count } }
}
