// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One process that separates, or does a part of it, from its start to its end.
struct ChildRun: ~Copyable {
    /// How it ended.
    enum Ending: Hashable, Sendable {
        case ended(ChildProcess.Ending)
        /// It took too long, and was killed.
        case overdue
    }

    private let child: ChildProcess
    private let process: ProcessHandle
    private let output: FileDescriptor
    private let stop: FileDescriptor
    private let onOutput: ([UInt8]) -> Void
    private var deadline: ContinuousClock.Instant?
    private var isStopped = false
    private var isOverdue = false
    private var outputEnded = false

    /// Runs it, on the calling thread, with which it would die. Blocks until it has ended.
    /// - Parameters:
    ///   - arguments: all of them, the program's own name first.
    ///   - environment: all of it. Nothing of this process's, which may hold secrets.
    ///   - stop: readable when it is to end early.
    ///   - onOutput: given what it prints, on either stream, as it comes.
    /// - Throws: only what keeps it from being started or followed.
    static func run(
        _ program: FilePath, _ arguments: [[UInt8]], environment: [String: String] = [:], in directory: FilePath? = nil,
        timeLimit: Duration, stop: FileDescriptor, onOutput: @escaping ([UInt8]) -> Void
    ) throws(Failure) -> Ending {
        let (reader, writer) = try Pipe.open()
        defer { reader.closeQuietly() }
        var launch = ChildProcess.Launch(program: program, arguments: arguments, environment: environment)
        launch.directory = directory
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
            child: child, process: process, output: reader, stop: stop, onOutput: onOutput, deadline: .now + timeLimit)
        return try run.awaitExit()
    }

    private mutating func awaitExit() throws(Failure) -> Ending {
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
                return isOverdue ? .overdue : .ended(ending)
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
        onOutput(bytes)
        return !bytes.isEmpty
    }
}
