// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct WorkRecordTests {
    private let order = WorkOrder(
        program: FilePath(bytes: [0x2F, 0xFF, 0x0A, 0x3D]), arguments: [[], [0x3D, 0xFE], Array("a b\n".utf8)],
        timeout: .milliseconds(1500), niceness: 7, addressSpace: 1 << 32, passes: 4,
        stems: [.init(name: .vocals, file: "m/vocals.wav"), .init(name: .bass, file: "b=.wav")],
        duration: AudioDuration(milliseconds: 1234), secrets: ["TOKEN", "PASSWORD"])

    @Test func `an order is read as it was written, whatever bytes are in it`() throws {
        let read = try #require(WorkRecord(order.record.bytes))
        #expect(WorkOrder(read) == order)
    }

    /// A power cut leaves the beginning of a file.
    @Test func `a record that was cut off counts as missing`() {
        let bytes = order.record.bytes
        for count in 0..<bytes.count { #expect(WorkRecord(Array(bytes.prefix(count))) == nil) }
    }

    static let endings: [RunResult.Ending] = [
        .exited(0), .exited(3), .signalled(9), .timedOut, .cancelled, .unstartable(.noSuchFileOrDirectory),
    ]

    @Test(arguments: endings)
    func `a result is read as it was written`(_ ending: RunResult.Ending) throws {
        let result = RunResult(ending: ending, took: .milliseconds(61_250))
        #expect(RunResult(try #require(WorkRecord(result.record.bytes))) == result)
    }

    @Test func `a result with unknown keys is read, and an empty one counts as missing`() throws {
        var record = WorkRecord()
        record.append("mood", "good")
        #expect(RunResult(record) == nil)
        record.append("exited", 0)
        #expect(RunResult(record)?.ending == .exited(0))
    }
}
