// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

/// Where and how the service is reached.
public struct WebSettings: Sendable {
    /// An address, not a name.
    public var host = "127.0.0.1"
    /// 0: any that is free.
    public var port = 8700
    /// How people and programs reach it, without a slash at the end: what links in mails and signed URLs begin with.
    public var publicURL = "http://127.0.0.1:8700"
    public var certificate: TLSFiles?
    /// Plain HTTP on other than loopback is meant.
    public var insecure = false
    public var proxies = TrustedProxies()
    public var rates = RateSettings()
    /// At once.
    public var connections = 1024
    /// How long a client may send nothing, or less than 1 KiB a second, or read as slowly.
    public var patience = Duration.seconds(30)

    public init() {}

    /// A certificate chain and its key, in PEM.
    public struct TLSFiles: Hashable, Sendable {
        public var chain: FilePath
        public var key: FilePath

        public init(chain: FilePath, key: FilePath) {
            self.chain = chain
            self.key = key
        }
    }

    /// - Throws: `config.invalid` when passwords and audio would cross a network in clear.
    func check() throws(Failure) {
        guard certificate == nil, !insecure, ClientAddress(host)?.isLoopback != true else { return }
        throw Failure(
            .configInvalid, "\(Printable(host)) is not loopback, and there is no certificate",
            hint: "listen on 127.0.0.1 behind a reverse proxy, give a certificate, or say insecure: true", remedy: .stop
        )
    }

    var isSecure: Bool { certificate != nil || publicURL.hasPrefix("https://") }
}
