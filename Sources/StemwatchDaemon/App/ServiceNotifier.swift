// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import Platform

/// Reports to the service manager. A failed report is logged, and stops nothing.
public struct ServiceNotifier: Sendable {
    private let manager: ServiceManager
    private let log: Logger

    public init(_ manager: ServiceManager, log: Logger) {
        self.manager = manager
        self.log = log
    }

    public func ready(_ status: String) { send { () throws(Failure) in try manager.ready(status: status) } }
    public func reloading() { send { () throws(Failure) in try manager.reloading() } }
    public func stopping() { send { () throws(Failure) in try manager.stopping(status: "stopping") } }

    /// Sends watchdog signals as long as the engine responds, until cancelled.
    func pulse(_ engine: Engine) async {
        // Without a watchdog, the status line is updated once a minute.
        let interval = manager.watchdogInterval.map { $0 / 2 } ?? .seconds(60)
        guard manager.isPresent else { return await Wakeup().wait() }
        while !Task.isCancelled {
            let status = await engine.oneLine()
            send { () throws(Failure) in
                try manager.status(status)
                if manager.watchdogInterval != nil { try manager.watchdog() }
            }
            // Cancelled: the loop ends.
            try? await Task.sleep(for: interval)
        }
    }

    private func send(_ report: () throws(Failure) -> Void) {
        do throws(Failure) { try report() } catch {
            log.warning("\(error.message)", metadata: ["code": "\(error.code.rawValue)"])
        }
    }
}
