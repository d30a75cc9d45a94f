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
        var jobs = 0
        let client = ControlClient(configuration)
        for backend in place.backends {
            do throws(Failure) {
                jobs += try await client.recheck(backend, available: available).resumed
            } catch {
                if error.code == .controlNoDaemon { return nil }
                // What was asked for is done all the same.
                ThisProcess.say(
                    "stemwatch: the running daemon could not be asked to go on: \(error.message)\n"
                        + (error.hint.map { "  \($0)\n" } ?? ""))
            }
        }
        return jobs == 0
            ? nil : jobs == 1 ? "1 job that waited for it goes on" : "\(jobs) jobs that waited for it go on"
    }
}
