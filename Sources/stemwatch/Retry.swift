// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try jobs again that are held, failed or were rejected.",
        discussion: "A job goes on from where it stopped: what is paid for is not paid again.")

    @OptionGroup var orders: JobOrders

    func run() async throws { try await orders.give { (client, job) throws(Failure) in try await client.retry(job) } }
}
