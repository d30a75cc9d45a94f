// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Platform
import Synchronization
public import SystemPackage

/// Puts the daemon together from its parts, and runs them.
public struct Daemon: Sendable {
    let configuration: Configuration
    let program: FilePath
    let notifier: ServiceNotifier
    let log: Logger

    /// - Parameters:
    ///   - program: our own binary, which separates and supervises in processes of its own.
    ///   - notifier: reports `READY=1`.
    public init(_ configuration: Configuration, program: FilePath, notifier: ServiceNotifier, log: Logger) {
        self.configuration = configuration
        self.program = program
        self.notifier = notifier
        self.log = log
    }

    /// Runs until cancelled.
    /// - Parameter reloads: the configurations of later reloads.
    /// - Throws: `ledger.locked`, `ledger.damaged` and other failures that prevent the start; nothing once it runs.
    public func run(reloads: some AsyncSequence<Configuration, Never> & Sendable) async throws(Failure) {
        let backends = try makeBackends(configuration)
        try await LedgerLossCheck.check(configuration, backends)
        let trouble = LedgerErrorRelay()
        let opened = try await BlockingPool.shared.run { () throws(Failure) in
            try Ledger.open(stateDirectory: configuration.stateDirectory, now: .now, onTrouble: { trouble.report($0) })
        }
        let (ledger, book) = (opened.ledger, opened.book)
        if let torn = opened.torn {
            log.notice("an unfinished last line of the ledger was set aside", metadata: ["file": "\(Printable(torn))"])
        }
        if book.sequence == 0 {
            log.notice("a new ledger begins", metadata: ["state_dir": "\(Printable(configuration.stateDirectory))"])
        }
        await StartupSweep(configuration, log).run(keeping: book)
        let engine = Engine(book: book, ledger: ledger, configuration: configuration, backends: backends, log: log)
        trouble.connect(engine)
        await engine.start()
        await engine.recallProblems()
        let settling = SettlingMonitor(configuration.folders.map { SettlingFolder($0) })
        let watchers = FolderWatchers(engine: engine, settling: settling, log: log)
        let control = ControlServer(
            engine: engine, station: settling, rescan: watchers.rescan, stateDirectory: configuration.stateDirectory,
            log: log)

        let readiness = Wakeup()

        await withTaskGroup { group in
            group.addTask { await engine.run(JobRunner(engine, log: log).perform) }
            group.addTask {
                await settling.run { outcomes in
                    // The engine reports the ledger's failure; what was not recorded settles again.
                    do throws(Failure) {
                        try await engine.filesSettled(outcomes)
                    } catch {
                        log.error("\(error.message)", metadata: ["code": "\(error.code.rawValue)"])
                    }
                }
            }
            group.addTask { await NoteWriter(log: log).run(engine.noticeStream) }
            group.addTask { await trouble.run(log) }
            group.addTask { await control.run() }
            group.addTask { await notifier.pulse(engine) }
            group.addTask { await watch(watchers, engine, settling, readiness, reloads) }
            group.addTask { await tidy(engine, after: readiness) }
            await group.next()
            group.cancelAll()
        }
        try await ledger.close()
    }

    /// Watches the folders of one configuration until the next comes.
    private func watch(
        _ watchers: FolderWatchers, _ engine: Engine, _ settling: SettlingMonitor, _ readiness: Wakeup,
        _ reloads: some AsyncSequence<Configuration, Never> & Sendable
    ) async {
        var current = configuration
        var next = reloads.makeAsyncIterator()
        while !Task.isCancelled {
            let watching = current
            let replacement = await withTaskGroup(of: Configuration?.self) { group in
                group.addTask {
                    await watchers.run(watching.folders) {
                        log.notice("ready", metadata: ["folders": "\(watching.folders.count)"])
                        notifier.ready(
                            "watching \(watching.folders.count) folder\(watching.folders.count == 1 ? "" : "s")")
                        readiness.wake()
                    }
                    return nil
                }
                defer { group.cancelAll() }
                return await next.next(isolation: nil)
            }
            guard let replacement, !Task.isCancelled else { return }
            if await reload(replacement, engine, settling) { current = replacement }
        }
    }

    /// Keeps the ledger short: checks it after the start, and then once a day.
    private func tidy(_ engine: Engine, after readiness: Wakeup) async {
        await readiness.wait()
        while !Task.isCancelled {
            await engine.compactIfDue()
            // Cancelled or not: the loop checks that itself.
            try? await Task.sleep(for: .seconds(24 * 3600))
        }
    }

    /// - Returns: whether it is used.
    private func reload(_ replacement: Configuration, _ engine: Engine, _ settling: SettlingMonitor) async -> Bool {
        notifier.reloading()
        do throws(Failure) {
            let backends = try makeBackends(replacement)
            await engine.reconfigure(replacement, backends: backends)
            await settling.reconfigure(replacement.folders.map { SettlingFolder($0) })
            return true
        } catch {
            log.error(
                "the new configuration is not used: \(error.message)", metadata: ["code": "\(error.code.rawValue)"])
            return false
        }
    }

    private func makeBackends(_ configuration: Configuration) throws(Failure) -> [BackendName: any Backend] {
        var backends: [BackendName: any Backend] = [:]
        for (name, settings) in configuration.backends {
            backends[name] = try Backends.make(
                settings: settings, stateDirectory: configuration.stateDirectory, program: program)
        }
        return backends
    }
}
