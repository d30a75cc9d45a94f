// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// When a daemon is killed.
enum CrashMoment: CustomStringConvertible, Sendable {
    /// This long after it was started.
    case after(Duration)
    /// Right after its ledger grew by this many lines.
    case line(Int)
    /// Right after this many changes on disk: lines, scratch, staging, folders that people see.
    case step(Int)

    var description: String {
        switch self {
        case .after(let delay): "after \(delay)"
        case .line(let number): "at ledger line \(number)"
        case .step(let number): "at disk step \(number)"
        }
    }

    /// - Parameter life: how long a daemon with work to do runs.
    static func random(within life: Duration, using generator: inout some RandomNumberGenerator) -> Self {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0, 1: .after(life * Double.random(in: 0..<1, using: &generator))
        case 2: .line(Int.random(in: 1...12, using: &generator))
        default: .step(Int.random(in: 1...120, using: &generator))
        }
    }
}
