// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import StemwatchDaemon

/// Has a running daemon go on at once with what waits for an account.
enum RecheckNotice {
    /// - Parameter available: what may be spent there; `nil`: not known.
    /// - Returns: what a person is told of it. `nil`: nothing waited, or no daemon runs that could.
    static func tell(
        _ place: StemlabPlace, available: AudioDuration?, _ configuration: Configuration
    ) async -> String? {
        var jobs: Int64 = 0
        for backend in place.backends {
            do throws(Failure) {
                let answer = try await Order.recheck(backend, available: available).give(configuration)
                jobs += answer["resumed"]?.int ?? 0
            } catch {
                if error.code == .controlNoDaemon { return nil }
                // What was asked for is done all the same.
                ThisProcess.say(
                    "stemwatch: a running daemon was not told: \(error.message)\n"
                        + (error.hint.map { "  \($0)\n" } ?? ""))
            }
        }
        return jobs == 0
            ? nil : jobs == 1 ? "1 job that waited for it goes on" : "\(jobs) jobs that waited for it go on"
    }
}
