// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give up jobs that are not delivered yet.")

    @OptionGroup var orders: JobOrders

    func run() async throws { try await orders.give { (client, job) throws(Failure) in try await client.cancel(job) } }
}
