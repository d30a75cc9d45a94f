// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Logging
import SystemPackage
import Testing

@testable import Platform

struct LogOutputTests {
    /// What `body` writes to a log that goes into a pipe, a line an element.
    private func lines(level: Logger.Level = .info, _ body: (LogOutput) -> Void) throws -> [String] {
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        body(LogOutput(pipe.writeEnd, style: .journal, level: level, repeated: RepeatedLines(allowed: 2)))
        try pipe.writeEnd.close()
        var bytes = [UInt8](repeating: 0, count: 60_000)
        var count = 0
        while true {
            let read = try bytes.withUnsafeMutableBytes { try pipe.readEnd.read(into: .init(rebasing: $0[count...])) }
            if read == 0 { break }
            count += read
        }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func `every logger obeys the output's level, changed at run time, until it has its own`() throws {
        let lines = try lines { output in
            let first = Logger(label: "a") { _ in LineLogHandler(output) }
            var second = first
            second.logLevel = .debug
            first.debug("one")
            second.debug("two")
            output.level = .debug
            first.debug("three")
            output.level = .error
            first.warning("four")
            second.info("five")
        }
        #expect(lines == ["<7>two", "<7>three", "<6>five"])
    }

    @Test func `metadata of the logger, and of the line, and an error come with it`() throws {
        let lines = try lines { output in
            var logger = Logger(label: "a") { _ in LineLogHandler(output) }
            logger[metadataKey: "folder"] = "inbox"
            logger[metadataKey: "job"] = "old"
            logger.info("held", metadata: ["job": "new"])
        }
        #expect(lines == ["<6>held folder=inbox job=new"])
    }

    @Test func `repetitions are held back, and counted at the end`() throws {
        let lines = try lines { output in
            let logger = Logger(label: "a") { _ in LineLogHandler(output) }
            for _ in 0..<10 { logger.warning("gone", metadata: ["folder": "inbox"]) }
            output.flush()
        }
        #expect(
            lines == ["<4>gone folder=inbox", "<4>gone folder=inbox", "<4>repeated 8 times more: gone folder=inbox"])
    }

    @Test func `the journal's form is for the stream that the journal announced, and no other`() throws {
        let pipe = try FileDescriptor.pipe()
        defer {
            try? pipe.readEnd.close()
            try? pipe.writeEnd.close()
        }
        var status = stat()
        #expect(fstat(pipe.writeEnd.rawValue, &status) == 0)
        let announced = "\(status.st_dev):\(status.st_ino)"
        #expect(LogOutput.style(of: pipe.writeEnd, environment: ["JOURNAL_STREAM": announced]) == .journal)
        #expect(LogOutput.style(of: pipe.writeEnd, environment: ["JOURNAL_STREAM": "8:1"]) == .plain)
        #expect(LogOutput.style(of: pipe.writeEnd, environment: [:]) == .plain)
    }
}
