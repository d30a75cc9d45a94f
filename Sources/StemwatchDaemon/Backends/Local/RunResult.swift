// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// How a supervised program ended.
struct RunResult: Equatable, Sendable {
    enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
        /// Ended by the supervisor after its time was up.
        case timedOut
        /// Ended by the supervisor on request.
        case cancelled
        /// Never ran: the kernel would not start it.
        case unstartable(Errno)
    }
    var ending: Ending
    /// From its start to its end.
    var took: Duration

    var record: WorkRecord {
        var record = WorkRecord()
        switch ending {
        case .exited(let status): record.append("exited", status)
        case .signalled(let signal): record.append("signalled", signal)
        case .timedOut: record.append("timed_out", "")
        case .cancelled: record.append("cancelled", "")
        case .unstartable(let error): record.append("unstartable", error.rawValue)
        }
        record.append("took_ms", took)
        return record
    }
}

extension RunResult {
    /// - Returns: `nil` for a record that names no ending.
    init?(_ record: WorkRecord) {
        func status(_ key: String) -> Int32? { record.number(key).flatMap { Int32(exactly: $0) } }
        if let code = status("exited") {
            ending = .exited(code)
        } else if let signal = status("signalled") {
            ending = .signalled(signal)
        } else if record["timed_out"] != nil {
            ending = .timedOut
        } else if record["cancelled"] != nil {
            ending = .cancelled
        } else if let error = status("unstartable") {
            ending = .unstartable(Errno(rawValue: error))
        } else {
            return nil
        }
        took = .milliseconds(record.number("took_ms") ?? 0)
    }
}
