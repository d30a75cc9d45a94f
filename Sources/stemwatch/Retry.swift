// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Platform
import StemwatchDaemon

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let jobs that wait, failed or were rejected go on.",
        discussion: "A job goes on from the step it had reached: nothing that was paid is paid again.")

    @OptionGroup var orders: JobOrders

    func run() async throws { try await orders.give { (client, job) throws(Failure) in try await client.retry(job) } }
}
