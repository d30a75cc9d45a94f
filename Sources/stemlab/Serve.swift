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
        abstract: "Serve, in the foreground, until told to stop.",
        discussion: """
            Logs to standard error; says `ready` with the port once it can be reached. SIGTERM and SIGINT stop it. A changed \
            configuration, or a renewed certificate, takes a restart: requests under way are answered first.
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
        // Long-polls and slow transfers are cut off then; whoever sent them asks again.
        group.maximumGracefulShutdownDuration = .seconds(10)
        try await ServiceGroup(configuration: group).run()
        log.notice("stopped")
    }

    /// One service a directory: two would work on the same jobs.
    private static func lock(_ configuration: ServiceConfiguration) throws(Failure) -> FileLock {
        try DurableFiles.makeDirectories(configuration.stateDirectory, mode: 0o700)
        guard let lock = try FileLock.take(configuration.stateDirectory.appending("serve.lock")) else {
            throw Failure(
                .systemUnsupported, "another stemlab serves from \(Printable(configuration.stateDirectory))",
                hint: "stop it first, or give this one a state_dir of its own", remedy: .stop)
        }
        return lock
    }

    private static func tell(_ log: Logger, _ news: () throws(Failure) -> Void) {
        do throws(Failure) { try news() } catch { log.warning("\(error.message)") }
    }
}

/// Says that SIGHUP changes nothing. Whoever sends it means a service that reads its files anew.
private struct Hangups: Service {
    let signals: UnixSignalsSequence
    let log: Logger

    func run() async throws {
        for await _ in signals.cancelOnGracefulShutdown() {
            log.notice("nothing is read anew on SIGHUP: restart it for another configuration or certificate")
        }
    }
}
