// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Audio
import Platform
import StemlabService

struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show every account.")

    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Print JSON, for scripts.") var json = false

    func run() async throws {
        let all = try await configuration.administration().all()
        print(
            json
                ? JSONValue.array(all.map(AccountText.json)).text(indented: true)
                : all.map(AccountText.line).joined(separator: "\n"))
    }
}

/// An account as the command line shows it.
enum AccountText {
    static func line(_ standing: Administration.Standing) -> String {
        let account = standing.account
        let state = account.disabledAt == nil ? "" : ", disabled"
        return "\(account.email)  \(minutes(standing.minutes.available.milliseconds)) min\(state)  \(account.id)"
    }

    static func json(_ standing: Administration.Standing) -> JSONValue {
        let (account, minutes, limits) = (standing.account, standing.minutes, standing.limits)
        var members: [String: JSONValue] = [
            "id": .string(account.id), "email": .string(account.email), "name": .string(account.name),
            "created_at": .string(account.createdAt.rfc3339), "disabled": .bool(account.disabledAt != nil),
            "available_ms": .int(minutes.available.milliseconds), "reserved_ms": .int(minutes.reserved.milliseconds),
            "spent_ms": .int(minutes.spent.milliseconds), "track_ms": .int(limits.track.milliseconds),
            "upload_bytes": .int(limits.uploadBytes), "concurrent_jobs": .int(Int64(limits.concurrentJobs)),
            "open_uploads": .int(Int64(limits.openUploads)),
        ]
        members["day_ms"] = limits.day.map { .int($0.milliseconds) }
        return .object(members)
    }

    /// To the tenth.
    static func minutes(_ milliseconds: Int64) -> String {
        let tenths = milliseconds / 6000
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
