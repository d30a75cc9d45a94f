// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign out of a stemlab service: the token is revoked there and deleted here.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var authority: AuthorityOption
    @Argument(help: "The service. Default: the one of the configuration.") var url: String?

    func run() async throws {
        let place = try StemlabPlace(url, in: configuration.read())
        let token = try await BlockingPool.shared.run { () throws(Failure) in try place.token() }
        try await place.access(caFile: authority.file).revoke(token)
        try await BlockingPool.shared.run { () throws(Failure) in try place.forget() }
        print("signed out of \(place.service)")
    }
}
