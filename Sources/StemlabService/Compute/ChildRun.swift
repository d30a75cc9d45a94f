// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One process that separates, from its start to its end.
struct ChildRun: ~Copyable {
    private let child: ChildProcess
    private let process: ProcessHandle
    private let output: FileDescriptor
    private let stop: FileDescriptor
    private let progress: @Sendable (Double) -> Void
    private var deadline: ContinuousClock.Instant?
    private var isStopped = false
    private var isOverdue = false
    private var outputEnded = false
    private var report = ChildReport()

    /// Runs it, on the calling thread, with which it would die. Blocks until it has ended.
    /// - Parameter stop: readable when it is to end early.
    /// - Throws: only what keeps it from being started or followed.
    static func run(
        _ program: FilePath, _ arguments: [[UInt8]], timeLimit: Duration, stop: FileDescriptor,
        progress: @escaping @Sendable (Double) -> Void
    ) throws(Failure) -> ComputeOutcome {
        let (reader, writer) = try Pipe.open()
        defer { reader.closeQuietly() }
        // Nothing of this process's environment: it may hold secrets.
        var launch = ChildProcess.Launch(program: program, arguments: arguments, environment: [:])
        launch.output = writer
        launch.diesWithParent = true
        launch.niceness = 10
        let started: Result<ChildProcess, Errno> = Result { () throws(Errno) in try ChildProcess.start(launch) }
        writer.closeQuietly()
        let child: ChildProcess
        switch started {
        case .success(let running): child = running
        case .failure(let error): throw Failure(error, "starting", program)
        }
        child.offerToOutOfMemoryKiller()
        guard let process = try ProcessHandle(child.id) else {
            throw Failure(.systemInternal, "process \(child.id) is not there", remedy: .retry(after: nil))
        }
        var run = ChildRun(
            child: child, process: process, output: reader, stop: stop, progress: progress,
            deadline: .now + timeLimit)
        return try run.follow()
    }

    private init(
        child: ChildProcess, process: ProcessHandle, output: FileDescriptor, stop: FileDescriptor,
        progress: @escaping @Sendable (Double) -> Void, deadline: ContinuousClock.Instant
    ) {
        self.child = child
        self.process = process
        self.output = output
        self.stop = stop
        self.progress = progress
        self.deadline = deadline
    }

    private mutating func follow() throws(Failure) -> ComputeOutcome {
        while true {
            let ready = try Readiness.wait(
                for: [process.ended] + (outputEnded ? [] : [output]) + (isStopped ? [] : [stop]), until: deadline)
            if !outputEnded, ready[1] { try readOutput() }
            if !isStopped, ready[ready.count - 1] {
                isStopped = true
                end()
            }
            if let deadline, deadline <= .now {
                isOverdue = true
                end()
            }
            if ready[0], let ending = child.reap() {
                while !outputEnded, try readOutput() {}
                return outcome(of: ending)
            }
        }
    }

    /// At once: it has nothing to put in order.
    private mutating func end() {
        deadline = nil
        child.signalGroup(.kill)
    }

    /// - Returns: whether there was something to read.
    @discardableResult
    private mutating func readOutput() throws(Failure) -> Bool {
        guard let bytes = try Pipe.drain(output) else {
            outputEnded = true
            return false
        }
        report.read(bytes)
        progress(report.progress)
        return !bytes.isEmpty
    }

    private func outcome(of ending: ChildProcess.Ending) -> ComputeOutcome {
        if isOverdue { return .fault(code: "compute.timeout", detail: "it took too long") }
        switch (ending, report.outcome) {
        case (.exited(0), .separated(let length)): return .separated(length)
        case (.exited(1), .refused(let code, let detail)): return .refused(code: code, detail: detail)
        case (.exited(1), .fault(let code, let detail)): return .fault(code: code, detail: detail)
        case (.signalled(24), _): return .fault(code: "compute.timeout", detail: "it took too much processor time")
        case (.signalled(let signal), _):
            return .fault(code: "compute.failed", detail: "the separation was ended by signal \(signal)")
        case (.exited(let status), _):
            return .fault(code: "compute.failed", detail: "the separation ended with status \(status)")
        }
    }
}
