// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import Platform
import ServiceLifecycle
import StemlabService
import SystemPackage
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service, in the foreground, until stopped.",
        discussion: """
            Logs to standard error, and writes `ready` there with the port once it can be reached. SIGTERM and SIGINT \
            (Ctrl-C) stop it, after the requests under way are answered. A changed configuration or a renewed \
            certificate needs a restart.
            """)

    @OptionGroup var configuration: ConfigurationOption

    func run() async throws {
        let configuration = try configuration.read()
        let output = LogOutput(environment: ThisProcess.environment, level: configuration.logLevel)
        defer { output.flush() }
        let log = Logger(label: "stemlab") { _ in LineLogHandler(output) }
        // Registered before any work begins: a SIGHUP must not end the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let manager = try ServiceManager(environment: ThisProcess.environment)
        let lock = try Self.lock(configuration)
        defer { lock.release() }
        let compute = try configuration.compute(
            program: try ThisProcess.executable(), environment: ThisProcess.environment)
        let server = try await StemlabServer(
            configuration, compute: compute, environment: ThisProcess.environment, log: log
        ) { port in
            log.notice("ready", metadata: ["address": "\(configuration.listen.address)", "port": "\(port)"])
            Self.tell(log) { () throws(Failure) in try manager.ready(status: "serving on port \(port)") }
        }
        var quiet = log
        quiet.logLevel = .critical
        var group = ServiceGroupConfiguration(
            services: [
                .init(service: server, successTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: Hangups(signals: hangups, log: log)),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        // Long-polls and slow transfers are cut off then; their clients ask again.
        group.maximumGracefulShutdownDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
        log.notice("stopped")
    }

    /// One service a directory: two would work on the same jobs.
    private static func lock(_ configuration: ServiceConfiguration) throws(Failure) -> FileLock {
        try DurableFiles.makeDirectories(configuration.stateDirectory, mode: 0o700)
        guard let lock = try FileLock.take(configuration.stateDirectory.appending("serve.lock")) else {
            throw Failure(
                .systemUnsupported, "another stemlab is using \(Printable(configuration.stateDirectory))",
                hint: "stop it first, or give this one a state_dir of its own", remedy: .stop)
        }
        return lock
    }

    private static func tell(_ log: Logger, _ news: () throws(Failure) -> Void) {
        do throws(Failure) { try news() } catch { log.warning("\(error.message)") }
    }
}

/// Logs that SIGHUP changes nothing, since other services read their files again then.
private struct Hangups: Service {
    let signals: UnixSignalsSequence
    let log: Logger

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            log.notice("SIGHUP changes nothing: restart the service to use another configuration or certificate")
        }
    }
}
