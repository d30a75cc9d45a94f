// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import Testing

@testable import StemwatchDaemon

struct RunFailureTests {
    private func failure(
        _ ending: RunResult.Ending, log: String = "", billing: BackendTraits.Billing = .free, secrets: [String] = []
    ) -> Failure? {
        RunFailure(program: "demucs", billing: billing, log: Array(log.utf8), secrets: secrets.map { Secret($0) })
            .failure(for: RunResult(ending: ending, took: .seconds(61)))
    }

    @Test func `the last lines give the reason, without progress bars and control characters`() {
        let log = "one\n\u{1B}[31mtwo\n 50%|###   | 1/2\rthree\r\n  \n"
        #expect(failure(.exited(1), log: log)?.message == "demucs ended with exit status 1: \\x1b[31mtwo | three")
        #expect(failure(.exited(1))?.message == "demucs ended with exit status 1")
        let long = String(repeating: "x", count: 100_000)
        #expect((failure(.exited(1), log: long)?.message.utf8.count ?? 0) < 400)
    }

    @Test func `a run that ran out of memory has a hint`() {
        #expect(
            failure(.exited(1), log: "torch.cuda.OutOfMemoryError: CUDA out of memory.\n")?.hint?.contains("memory")
                == true)
        #expect(failure(.signalled(9))?.hint?.contains("memory") == true)
        #expect(failure(.exited(1), log: "ValueError\n")?.hint == nil)
    }

    @Test func `without disk space, free work waits, and work that may be billed is left to a person`() {
        let log = "OSError: [Errno 28] No space left on device: 'out/vocals.wav'\n"
        #expect(failure(.exited(1), log: log)?.code == .outputFull)
        #expect(failure(.exited(1), log: log)?.remedy == .hold(until: .surroundings))
        #expect(failure(.exited(1), log: log, billing: .billed)?.code == .backendFailed)
        #expect(failure(.exited(0), log: log) == nil)
    }

    @Test func `success is not a failure, and a timeout names its limit`() {
        #expect(failure(.exited(0)) == nil)
        #expect(failure(.timedOut)?.message == "demucs was ended after 61 s, when its time was up")
        #expect(failure(.timedOut)?.code == .backendTimeout)
    }

    /// A script whose interpreter is missing gives ENOENT from exec.
    @Test func `a program that the kernel would not start is missing`() {
        #expect(failure(.unstartable(.noSuchFileOrDirectory))?.code == .backendProgramMissing)
        #expect(failure(.unstartable(.noMemory))?.code == .systemLimit)
    }

    @Test func `a billed run that failed waits for a person, whatever it printed`() {
        for ending: RunResult.Ending in [.exited(1), .signalled(15), .timedOut, .cancelled] {
            #expect(failure(ending, billing: .billed)?.remedy == .hold(until: .person))
            #expect(failure(ending)?.remedy != .hold(until: .person))
        }
    }

    @Test func `values of its environment are not repeated`() {
        let reported = failure(.exited(1), log: "bad token abcdefgh-1, abcdefgh-1!\n", secrets: ["abcdefgh-1", "1"])
        #expect(reported?.message == "demucs ended with exit status 1: bad token <redacted>, <redacted>!")
    }
}
