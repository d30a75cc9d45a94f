// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Where and how the service is reached.
struct WebSettings: Sendable {
    /// An address, not a name.
    var host = "127.0.0.1"
    /// 0: any that is free.
    var port = 8700
    /// How people and programs reach it, without a slash at the end: what links in mails and signed URLs begin with.
    var publicURL = "http://127.0.0.1:8700"
    var certificate: TLSFiles?
    /// Plain HTTP on other than loopback is meant.
    var insecure = false
    var proxies = TrustedProxies()
    var rates = RateSettings()
    /// At once.
    var connections = 1024
    /// How long a client may send nothing, or less than 1 KiB a second, or read as slowly.
    var patience = Duration.seconds(30)

    /// A certificate chain and its key, in PEM.
    struct TLSFiles: Hashable, Sendable {
        var chain: FilePath
        var key: FilePath
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
