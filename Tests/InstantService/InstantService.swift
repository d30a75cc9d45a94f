// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Logging
import Platform
import ServiceLifecycle
import StemlabService
import SystemPackage
import UnixSignals

/// The service with a separation that costs nothing, so that all the rest of it can be measured: `instant-service CONFIG`.
/// Nobody but `scripts/bench` runs it, and nothing installs it.
@main
enum InstantService {
    static func main() async throws {
        ThisProcess.prepare()
        let configuration = try ServiceConfiguration.read(
            FilePath(CommandLine.arguments[1]), environment: ThisProcess.environment)
        let output = LogOutput(environment: ThisProcess.environment, level: configuration.logLevel)
        defer { output.flush() }
        let log = Logger(label: "stemlab") { _ in LineLogHandler(output) }
        let server = try await StemlabServer(configuration, compute: InstantCompute(), log: log) { port in
            log.notice("ready", metadata: ["port": "\(port)"])
        }
        try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
    }
}

/// Stems of a few bytes, at once.
private struct InstantCompute: Compute {
    let model = "instant"
    let stems = StemName.standard

    func separate(_ work: ComputeWork, progress: @escaping @Sendable (Double) -> Void) async throws -> ComputeOutcome {
        try await BlockingPool.shared.run { () throws(Failure) in
            for stem in work.stems {
                let path = work.output.appending("\(stem.rawValue).\(work.format.fileExtension)")
                try Failure.translating("writing", path) {
                    let file = try FileDescriptor.open(
                        path, .writeOnly, options: [.create, .truncate], permissions: .ownerReadWrite)
                    try file.closeAfter { _ = try file.writeAll(Array(stem.rawValue.utf8)) }
                }
            }
        }
        return .separated(work.limit)
    }
}
