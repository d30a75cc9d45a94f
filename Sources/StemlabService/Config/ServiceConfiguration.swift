// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
package import Logging
import Platform
import Settings
package import SystemPackage

/// The settings of `config/stemlab.yaml`.
package struct ServiceConfiguration: Hashable, Sendable {
    /// Where the database, uploads, stems and mails are kept.
    package var stateDirectory: FilePath = "/var/lib/stemlab"
    package var logLevel = Logger.Level.info
    /// How people and programs reach the service, without a slash at the end; `nil`: where it listens, which is
    /// loopback.
    var publicURL: String?
    package var listen = Listen()
    var accounts = AccountSettings()
    var limits = AccountLimits()
    package var separation = SeparationSettings()
    var mail = MailSettings()
    var rates = RateSettings()

    /// Where it is reached.
    package struct Listen: Hashable, Sendable {
        /// An address, not a name.
        package var address = "127.0.0.1"
        /// 0: any that is free.
        package var port = 8700
        var certificate: FilePath?
        var key: FilePath?
        /// Plain HTTP on other than loopback is meant.
        var insecure = false
        var trustedProxies: [AddressRange] = []
        var connections = 1024

        /// How programs of this machine reach it.
        var origin: String {
            let host = address.contains(":") ? "[\(address)]" : address
            return "\(certificate == nil ? "http" : "https")://\(host):\(port)"
        }
    }
    /// What links in mails and signed URLs begin with.
    package var origin: String { publicURL ?? listen.origin }
    var database: FilePath { stateDirectory.appending("stemlab.sqlite") }
    var outbox: FilePath { mail.outbox ?? stateDirectory.appending("outbox") }

    /// Its part for the server.
    var web: WebSettings {
        var web = WebSettings()
        web.host = listen.address
        web.port = listen.port
        web.publicURL = origin
        if let chain = listen.certificate, let key = listen.key { web.certificate = .init(chain: chain, key: key) }
        web.insecure = listen.insecure
        web.proxies = TrustedProxies(listen.trustedProxies)
        web.connections = listen.connections
        web.rates = rates
        return web
    }

    /// What no program is to read: what is stored, and what is secret.
    var guarded: [FilePath] {
        var guarded = [stateDirectory, outbox]
        if let key = listen.key { guarded.append(key) }
        if case .file(let path)? = mail.resend.apiKey { guarded.append(path) }
        return guarded
    }
}
