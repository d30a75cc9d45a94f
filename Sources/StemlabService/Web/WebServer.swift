// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Platform
import ServiceLifecycle
import SystemPackage

/// Serves the routes over HTTP/1.1, and with a certificate over HTTP/2 too, until it is stopped: then it takes no more
/// requests, and ends when those under way are answered.
struct WebServer: Service {
    private let settings: WebSettings
    private let responder: Responder
    private let onReady: @Sendable (_ port: Int) -> Void
    private let log: Logger

    /// - Parameters:
    ///   - authenticate: tells who holds a token, or throws a ``APIError``.
    ///   - failure: what an error means that is neither a refusal nor a failure: one of the database, say.
    ///   - onReady: called once, when it can be reached.
    /// - Throws: `config.invalid`.
    init(
        _ settings: WebSettings, routes: [Route],
        authenticate: @escaping @Sendable (_ token: Secret, _ now: WallTime) async throws -> Principal,
        failure: @escaping @Sendable (_ error: any Error, _ doing: String) -> Failure, log: Logger,
        onReady: @escaping @Sendable (_ port: Int) -> Void
    ) throws(Failure) {
        try settings.check()
        self.settings = settings
        self.onReady = onReady
        self.log = log
        responder = Responder(
            table: RouteTable(routes), rates: Rates(settings.rates), proxies: settings.proxies,
            authenticate: authenticate, failure: failure, isSecure: settings.isSecure, log: log)
    }

    func run() async throws {
        var quiet = log
        // What it would say at its own levels is the lifecycle's business, or the client's.
        quiet.logLevel = .critical
        let application = Application(
            responder: responder, server: try builder(),
            configuration: .init(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connections)),
            onServerRunning: { channel in onReady(channel.localAddress?.port ?? settings.port) }, logger: quiet)
        do {
            try await application.run()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .systemIO, "serving on \(Printable(settings.host)):\(settings.port) failed: \(Printable("\(error)"))",
                hint: "is another program listening there?", remedy: .stop)
        }
    }

    private func builder() throws -> HTTPServerBuilder {
        let http1 = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                SlowClientGuard(patience: settings.patience), CloseAfterResponse(), ExpectContinueHandler(),
            ],
            // A request's head has to come within this; so has the next request of a connection.
            idleTimeout: TimeAmount(settings.patience),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 100))
        let shares = ConnectionShares(of: settings.connections, proxies: settings.proxies)
        guard let files = settings.certificate else {
            return HTTPServerBuilder { responder in
                PerAddressLimitChannel(base: HTTP1Channel(responder: responder, configuration: http1), shares: shares)
            }
        }
        let (context, patience) = (try Self.tls(files), settings.patience)
        return HTTPServerBuilder { responder in
            let http1 = HTTP1Channel(responder: responder, configuration: http1)
            return PerAddressLimitChannel(
                base: SecureChannel(context: context, http1: http1, patience: patience), shares: shares)
        }
    }

    private static func tls(_ files: WebSettings.TLSFiles) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.chain.string)
            let key = try NIOSSLPrivateKey(file: files.key.string, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["h2", "http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw Failure(
                .configInvalid,
                "the certificate \(Printable(files.chain)) with its key \(Printable(files.key)) cannot be used",
                hint: "both in PEM, readable by the service's user", remedy: .stop)
        }
    }
}
