// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The service manager that started this process (systemd). Reports the state to it by the protocol of sd_notify(3).
///
/// Where there is none, every call does nothing. Each call sends one datagram and waits at most ``patience`` for room
/// in the manager's queue. Throws `system.io` when the datagram cannot be sent. The caller should log a warning and go
/// on.
public struct ServiceManager: Sendable {
    private let address: NotifyAddress?
    /// The longest time between two calls of ``watchdog()``; `nil`: the manager does not watch. Call it twice as often.
    public let watchdogInterval: Duration?

    static let patience = Duration.seconds(2)

    /// - Parameter environment: of this process; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read.
    /// - Throws: `system.unsupported` when `NOTIFY_SOCKET` is of a kind not known here.
    public init(environment: [String: String]) throws(Failure) {
        try self.init(environment: environment, process: getpid())
    }

    init(environment: [String: String], process: Int32) throws(Failure) {
        address = try environment["NOTIFY_SOCKET"].map { text throws(Failure) in try NotifyAddress(text) }
        let isOurs = environment["WATCHDOG_PID"].map { $0 == "\(process)" } ?? true
        watchdogInterval =
            isOurs
            ? environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    /// Whether there is a manager.
    public var isPresent: Bool { address != nil }

    /// The process is ready. Also ends a reload.
    public func ready(status: String) throws(Failure) { try send(["READY=1", Self.line(status: status)]) }

    /// A reload begins; ``ready(status:)`` ends it.
    public func reloading() throws(Failure) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
        try send(["RELOADING=1", "MONOTONIC_USEC=\(microseconds)"])
    }

    /// The process is stopping.
    public func stopping(status: String) throws(Failure) { try send(["STOPPING=1", Self.line(status: status)]) }

    /// One line for `systemctl status`.
    public func status(_ text: String) throws(Failure) { try send([Self.line(status: text)]) }

    /// A sign of life.
    public func watchdog() throws(Failure) { try send(["WATCHDOG=1"]) }

    /// The protocol is one assignment a line: a line break inside would be another assignment.
    private static func line(status: String) -> String { "STATUS=\(Printable(status, limit: 500))" }

    private func send(_ assignments: [String]) throws(Failure) {
        guard let address else { return }
        try address.send(Array(assignments.joined(separator: "\n").utf8), patience: Self.patience)
    }
}
