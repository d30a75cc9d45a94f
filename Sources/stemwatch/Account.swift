// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Account: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the balance and the limits of a stemlab account, and what was spent today.",
        discussion:
            "A running daemon then goes on at once with songs that waited for minutes, as far as the balance allows.")

    @OptionGroup var configuration: ConfigurationOption
    @OptionGroup var output: OutputOption
    @OptionGroup var authority: AuthorityOption
    @Argument(help: "The service. Default: the one of the configuration.") var url: String?

    func run() async throws {
        let configuration = try configuration.read()
        let place = try StemlabPlace(url, in: configuration)
        let token = try await BlockingPool.shared.run { () throws(Failure) in try place.token() }
        let minutes = try await place.access(caFile: authority.file).minutes(token)
        let available = StemlabAccess.allowance(in: minutes).remaining
        let news = await RecheckNotice.tell(place, available: available, configuration)
        output.print(minutes) { "\(place.service)\n" + $0.account($1) + (news.map { "\n\($0)" } ?? "") }
    }
}
