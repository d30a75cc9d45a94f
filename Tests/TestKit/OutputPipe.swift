// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Platform
import SystemPackage

/// The output of a program under test, line by line as it comes.
///
/// A thread of its own reads the pipe to its end, also after the program has ended: a supervisor that outlives its
/// daemon holds it too, and must be able to write.
struct OutputPipe {
    /// Ends with what the program had written when it ended.
    let log = LineLog()
    /// The program's end. The caller that starts the program closes it.
    let writer: FileDescriptor
    private let reader: FileDescriptor

    private static let threads = BlockingPool(threads: 256)

    init() throws {
        (reader, writer) = try Pipe.open()
    }

    /// Begins to read, once, what the process `program` writes.
    func read(from program: Int32) {
        let (reader, log) = (reader, log)
        // Already ended and reaped: there is nothing to wait for.
        let life = clinux_pidfd_open(program)
        // Not awaited: the thread may outlive the test, as described above.
        Task {
            do throws(Failure) {
                try await Self.threads.run { () throws(Failure) in
                    try Self.read(reader, whileAlive: life < 0 ? nil : FileDescriptor(rawValue: life), into: log)
                }
            } catch {
                log.append("the test cannot read on: \(error.message)")
            }
            log.finish()
            try reader.close()
        }
    }

    private static func read(
        _ output: FileDescriptor, whileAlive life: FileDescriptor?, into log: LineLog
    ) throws(Failure) {
        var life = life
        defer { try? life?.close() }
        var rest: [UInt8] = []
        while true {
            // Checked before the pipe is drained, so that the program's last output is not missed.
            let ready = try Readiness.wait(for: [output] + [life].compactMap(\.self))
            while true {
                guard let bytes = try Pipe.drain(output) else { return }
                if bytes.isEmpty { break }
                rest += bytes
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    log.append(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeSubrange(...end)
                }
            }
            guard let known = life, ready[1] else { continue }
            log.finish()
            try? known.close()
            life = nil
        }
    }
}
