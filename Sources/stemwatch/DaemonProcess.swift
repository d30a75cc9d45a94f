// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import Platform
import ServiceLifecycle
import Settings
import StemwatchDaemon
import SystemPackage
import UnixSignals

/// The one place where the daemon's parts meet the process they run in: its log, its signals, its service manager.
struct DaemonProcess {
    private let path: FilePath
    private let configuration: Configuration
    private let output: LogOutput
    private let log: Logger

    init(_ path: FilePath, _ configuration: Configuration) {
        self.path = path
        self.configuration = configuration
        let output = LogOutput(environment: ThisProcess.environment, level: configuration.logLevel)
        self.output = output
        log = Logger(label: "stemwatch") { _ in LineLogHandler(output) }
    }

    /// Returns after a clean stop.
    func run() async throws {
        defer { output.flush() }
        let notifier = ServiceNotifier(try ServiceManager(environment: ThisProcess.environment), log: log)
        let daemon = Daemon(configuration, program: try ThisProcess.executable(), notifier: notifier, log: log)
        let (reloads, reload) = AsyncStream.makeStream(of: Configuration.self, bufferingPolicy: .bufferingNewest(1))
        // Registered before any work begins: an early SIGHUP must not end the process.
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(
                        service: DaemonService(
                            daemon: daemon, reloads: reloads, notifier: notifier, grace: configuration.shutdownGrace,
                            log: log),
                        successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: Reloader(
                            hangups: hangups, path: path, first: configuration, output: output, reload: reload, log: log
                        )),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        do {
            try await group.run()
        } catch let failure as Failure {
            var metadata: Logger.Metadata = ["code": "\(failure.code.rawValue)"]
            metadata["hint"] = failure.hint.map { "\($0)" }
            log.critical("\(failure.message)", metadata: metadata)
            throw ExitCode(ExitStatus(failure).rawValue)
        }
        log.notice("stopped")
    }

    /// The lifecycle's own messages help only its authors.
    private var quiet: Logger {
        var quiet = log
        quiet.logLevel = .error
        return quiet
    }
}

/// Runs the daemon until the process is asked to stop, and then no longer than the grace.
private struct DaemonService: Service {
    let daemon: Daemon
    let reloads: AsyncStream<Configuration>
    let notifier: ServiceNotifier
    let grace: Duration
    let log: Logger

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup { group in
                group.addTask { try await daemon.run(reloads: reloads) }
                group.addTask {
                    try await gracefulShutdown()
                    notifier.stopping()
                }
                try await group.next()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            Deadline.set(grace, log)
        }
    }
}

/// What cannot be stopped in time is ended: every durable step is made to survive that.
private enum Deadline {
    static func set(_ grace: Duration, _ log: Logger) {
        do throws(Failure) {
            try ThisProcess.end(ExitStatus.done.rawValue, after: grace) {
                log.warning(
                    "not everything stopped within shutdown_grace: ending now, and the next start goes on from there"
                )
            }
        } catch {
            log.warning("\(error.message)")
        }
    }
}

/// Reads the configuration anew on SIGHUP. A bad file changes nothing.
private struct Reloader: Service {
    let hangups: UnixSignalsSequence
    let path: FilePath
    let first: Configuration
    let output: LogOutput
    let reload: AsyncStream<Configuration>.Continuation
    let log: Logger

    func run() async throws {
        var current = first
        for await _ in hangups.cancelOnGracefulShutdown() {
            do throws(ConfigurationProblems) {
                var replacement = try Configuration.read(path, environment: ThisProcess.environment)
                for change in ConfigurationChange.list(from: current, to: replacement) {
                    log.notice("\(change.sentence)")
                }
                // Open files and the process's zone cannot be changed under way.
                replacement.stateDirectory = current.stateDirectory
                replacement.timeZone = current.timeZone
                current = replacement
                output.level = current.logLevel
                reload.yield(current)
            } catch {
                for problem in error.problems { log.error("\(problem)") }
                log.error("the configuration is not reloaded: the one before stays in use")
            }
        }
    }
}
