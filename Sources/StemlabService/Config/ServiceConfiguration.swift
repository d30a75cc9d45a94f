// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Logging
public import Platform
public import Settings
public import SystemPackage

/// What `config/stemlab.yaml` says.
public struct ServiceConfiguration: Hashable, Sendable {
    /// Where the database, uploads, stems and mails are kept.
    public var stateDirectory: FilePath = "/var/lib/stemlab"
    public var logLevel = Logger.Level.info
    /// How people and programs reach the service, without a slash at the end; `nil`: where it listens, which is loopback.
    public var publicURL: String?
    public var listen = Listen()
    public var accounts = Accounts()
    public var limits = AccountLimits()
    public var separation = Separation()
    public var mail = Mail()
    public var rates = Rates()

    /// Where it is reached.
    public struct Listen: Hashable, Sendable {
        /// An address, not a name.
        public var address = "127.0.0.1"
        /// 0: any that is free.
        public var port = 8700
        public var certificate: FilePath?
        public var key: FilePath?
        /// Plain HTTP on other than loopback is meant.
        public var insecure = false
        public var trustedProxies: [AddressRange] = []
        public var connections = 1024

        /// How programs of this machine reach it.
        var origin: String {
            let host = address.contains(":") ? "[\(address)]" : address
            return "\(certificate == nil ? "http" : "https")://\(host):\(port)"
        }
    }

    public struct Accounts: Hashable, Sendable {
        public var signup = Signup.closed
        /// Granted when an account is opened; `nil`: none.
        public var minutes: AudioDuration?
        public var attemptsPerHour = 10

        public enum Signup: String, CaseIterable, Sendable { case open, closed }
    }

    public struct Separation: Hashable, Sendable {
        /// Jobs that run at once.
        public var slots = 1
        /// Bytes that stay free on the disk: below that, uploads stop.
        public var freeBytes: Int64 = 1 << 30
        public var compute = Compute.builtin
        public var demucs = Demucs()

        public enum Compute: String, CaseIterable, Sendable { case builtin, demucs }
    }

    /// How Demucs is run.
    public struct Demucs: Hashable, Sendable {
        /// A whole path, or a name to be looked for in `PATH`.
        public var program = "demucs"
        public var model = "htdemucs"
        /// `cpu`, `cuda`, `cuda:1`, …
        public var device = "cpu"
        public var threads = 1
        /// Has models in files of their own; `nil`: those that Demucs knows.
        public var models: FilePath?
        /// Where Demucs keeps what it downloaded; `nil`: nowhere.
        public var cache: FilePath?
        /// What else it may read, and run.
        public var readable: [FilePath] = []
        public var memoryBytes: Int64 = 8 << 30
        public var timeout: Duration = .seconds(7200)

        public init() {}

        var usesGraphics: Bool { device != "cpu" }
        /// With the keys that name them.
        var folders: [(key: String, path: FilePath)] {
            (models.map { [("models", $0)] } ?? []) + (cache.map { [("cache", $0)] } ?? [])
                + readable.map { ("readable", $0) }
        }
    }

    public struct Mail: Hashable, Sendable {
        /// `nil`: below the state directory.
        public var outbox: FilePath?
        public var sender = "stemlab@localhost"
        public var resend = Resend()
    }

    /// The provider that mails are sent through.
    public struct Resend: Hashable, Sendable {
        /// `nil`: mails go into the outbox.
        public var apiKey: SecretSource?
        /// `nil`: Resend's own.
        public var url: ServiceURL?
        public var caFile: FilePath?
    }

    /// Requests a minute.
    public struct Rates: Hashable, Sendable {
        public var address = 600
        public var signin = 20
        public var account = 300
    }

    public init() {}

    /// What links in mails and signed URLs begin with.
    public var origin: String { publicURL ?? listen.origin }
    public var database: FilePath { stateDirectory.appending("stemlab.sqlite") }
    public var outbox: FilePath { mail.outbox ?? stateDirectory.appending("outbox") }

    /// Its part for the server.
    public var web: WebSettings {
        var web = WebSettings()
        web.host = listen.address
        web.port = listen.port
        web.publicURL = origin
        if let chain = listen.certificate, let key = listen.key { web.certificate = .init(chain: chain, key: key) }
        web.insecure = listen.insecure
        web.proxies = TrustedProxies(listen.trustedProxies)
        web.connections = listen.connections
        web.rates.address = RatePolicy(rates.address, per: .seconds(60))
        web.rates.signin = RatePolicy(rates.signin, per: .seconds(60))
        web.rates.account = RatePolicy(rates.account, per: .seconds(60))
        return web
    }

    var accountSettings: AccountSettings {
        var settings = AccountSettings()
        settings.signupIsOpen = accounts.signup == .open
        settings.attempts = RatePolicy(accounts.attemptsPerHour, per: .seconds(3600))
        return settings
    }
}
