// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Glibc
import Platform
import Settings
import SystemPackage
import Testing

@testable import StemlabService

@Suite struct ServiceConfigurationTests {
    private func read(_ text: String) throws -> ServiceConfiguration {
        try ServiceConfiguration.read(Array(text.utf8), file: "stemlab.yaml", environment: [:])
    }

    /// What is wrong with a text, as it is shown.
    private func problems(_ text: String) -> [String] {
        do {
            _ = try read(text)
            return []
        } catch {
            return (error as? ConfigurationProblems)?.problems.map { "\($0)" } ?? ["\(error)"]
        }
    }

    /// To write it anew after a change of a key: `STEMWATCH_WRITE_CONFIG=1 swift test --filter
    /// ServiceConfigurationTests`.
    @Test func `the documented file is what the table of keys says`() throws {
        let path = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("config").appending("stemlab.yaml")
        if getenv("STEMWATCH_WRITE_CONFIG") != nil {
            try DurableFiles.replace(path, with: Array(ServiceConfigurationReference.text.utf8), mode: 0o644)
        }
        let written = try SettingsFile(path, atMost: 1 << 20).bytes
        #expect(String(decoding: written, as: UTF8.self) == ServiceConfigurationReference.text)
    }

    @Test func `it says nothing but the defaults, as it stands and with every key in use`() throws {
        #expect(try read("") == ServiceConfiguration())
        #expect(try read(ServiceConfigurationReference.text) == ServiceConfiguration())
        let used = ServiceConfigurationReference.text.split(separator: "\n", omittingEmptySubsequences: false).map {
            line in
            let text = line.drop { $0 == " " }
            guard text.hasPrefix("#"), !text.hasPrefix("# ") else { return String(line) }
            return String(line.prefix { $0 == " " } + text.dropFirst())
        }.joined(separator: "\n")
        #expect(used.contains("\nstate_dir:") && used.contains("\n  port: 8700"))
        #expect(try read(used) == ServiceConfiguration())
    }

    @Test func `what is said is what is done`() throws {
        let configuration = try read(
            """
            public_url: https://stems.example.com
            listen: {address: 127.0.0.1, port: 0, trusted_proxies: [127.0.0.0/8, "fd00::/8"]}
            accounts: {signup: open, minutes: 90.5}
            limits: {track: 10m, upload: 200MB, a_day: 2h}
            rates: {signin: 7}
            separation:
              compute: demucs
              demucs: {program: /opt/demucs/bin/demucs, device: "cuda:1", cache: /opt/models, memory: 16GiB, timeout: 1h}
            """)
        #expect(configuration.accounts.signup == .open)
        #expect(configuration.accounts.minutes == AudioDuration(milliseconds: 5_430_000))
        #expect(configuration.limits.track == AudioDuration(milliseconds: 600_000))
        #expect(configuration.limits.uploadBytes == 200_000_000)
        #expect(configuration.limits.day == AudioDuration(milliseconds: 7_200_000))
        #expect(configuration.web.rates.signin == RatePolicy(7, per: .seconds(60)))
        #expect(configuration.web.proxies.ranges.count == 2)
        #expect(configuration.outbox == "/var/lib/stemlab/outbox")
        var demucs = DemucsSettings()
        demucs.program = "/opt/demucs/bin/demucs"
        demucs.device = "cuda:1"
        demucs.cache = "/opt/models"
        demucs.memoryBytes = 16 << 30
        demucs.timeout = .seconds(3600)
        #expect(configuration.separation.compute == .demucs && configuration.separation.demucs == demucs)
    }

    @Test func `links begin with where the service listens, unless something else is said`() throws {
        #expect(try read("").origin == "http://127.0.0.1:8700")
        #expect(try read("listen: {port: 18705}").origin == "http://127.0.0.1:18705")
        #expect(try read("listen: {address: \"::1\"}").origin == "http://[::1]:8700")
        let behind = try read("{public_url: \"https://stems.example.com\", listen: {port: 18705}}")
        #expect(behind.origin == "https://stems.example.com" && behind.web.publicURL == behind.origin)
    }

    @Test func `everything that is wrong is told at once, with its place`() {
        let found = problems(
            """
            public_url: stems.example.com/
            listen:
              adress: 127.0.0.1
              port: 99999
            accounts: {signup: maybe}
            mail: {from: nobody}
            """)
        #expect(
            found.map { String($0.prefix { $0 != " " }) } == [
                "stemlab.yaml:1:13:", "stemlab.yaml:3:3:", "stemlab.yaml:4:9:", "stemlab.yaml:5:20:",
                "stemlab.yaml:6:14:",
            ])
        #expect(found[1].contains("did you mean address?"))
    }

    @Test(arguments: [
        ("listen: {address: 0.0.0.0}", "insecure"), ("listen: {address: localhost}", "no IP address"),
        ("listen: {certificate: /a.pem}", "belong together"), ("listen: {port: 0}", "nothing says how"),
        ("listen: {certificate: /a.pem, key: /a.key}", "for what name"),
        ("listen: {address: 0.0.0.0, insecure: true}", "from elsewhere"),
        ("{public_url: \"http://a.example\", listen: {certificate: /a.pem, key: /a.key}}", "plain HTTP"),
        ("listen: {trusted_proxies: [10.0.0.1/8]}", "no range"),
        ("mail: {resend: {api_key: re_123}}", "not the place of a secret"),
        ("mail: {resend: {api_key: {from_env: K}}}", "stemlab@localhost"),
        ("separation: {compute: demucks}", "did you mean demucs?"),
        ("separation: {demucs: {program: bin/demucs}}", "neither a whole path nor a name"),
        ("separation: {demucs: {model: --help}}", "no name of a Demucs model"),
        ("separation: {demucs: {model: ..}}", "no name of a Demucs model"),
        ("separation: {demucs: {device: tpu}}", "none that Demucs is run on"),
        ("separation: {demucs: {device: \"cuda:-1\"}}", "none that Demucs is run on"),
        ("separation: {demucs: {threads: 0}}", "threads"),
        ("separation: {demucs: {models: models}}", "does not begin at the root"),
        ("separation: {demucs: {readable: [/opt, srv]}}", "does not begin at the root"),
        ("separation: {demucs: {memory: 1MiB}}", "memory"),
        ("separation: {demucs: {readable: [/opt, /var/lib]}}", "separation.demucs.readable lets Demucs into /var/lib"),
        ("separation: {demucs: {cache: /var/lib/stemlab}}", "separation.demucs.cache lets Demucs into"),
        ("mail: {resend: {url: \"http://example.com\"}}", "plain http"),
    ])
    func `what would be unsafe is refused`(text: String, word: String) {
        let found = problems(text)
        #expect(found.count == 1 && found[0].contains(word), "\(found)")
        #expect(found.first?.hasPrefix("stemlab.yaml:1:") == true)
    }
}
