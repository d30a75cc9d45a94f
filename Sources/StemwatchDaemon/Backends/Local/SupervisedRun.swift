// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// One program, from its start to its end, with its output read on the way.
///
/// When it is to end early, its process group gets SIGTERM, and SIGKILL ``patience`` later. That happens after a signal
/// to the supervisor, when the time is up, and when the work directory is removed: then its result is not needed.
struct SupervisedRun: ~Copyable {
    /// How long a program may take to end after it was asked to.
    static let patience: Duration = .seconds(3)
    /// How often the run checks that the work directory is still there.
    private static let lookEvery: Duration = .seconds(2)

    private let directory: WorkDirectory
    private let child: ChildProcess
    private let process: ProcessHandle
    private let termination: FileDescriptor
    private let output: FileDescriptor
    private var log: BoundedLog
    private var progress: ProgressReader
    private var shown: ProgressFile
    private var outputEnded = false
    /// Set once it was asked to end.
    private var reason: RunResult.Ending?
    private var deadline: ContinuousClock.Instant?

    /// Runs it. Blocks until it has ended.
    /// - Parameter termination: readable when it is to end early.
    /// - Throws: only what keeps it from being started or watched; how it ended is in the result.
    static func run(
        _ order: WorkOrder, in directory: WorkDirectory, termination: FileDescriptor
    ) throws(Failure) -> RunResult {
        let secrets = order.secrets.compactMap { ThisProcess.environment($0).map { Secret($0) } }
        let log = try BoundedLog(directory.log, secrets: secrets)
        let shown = try ProgressFile(directory.progress)
        let (reader, writer) = try Pipe.open()
        defer { reader.closeQuietly() }

        var launch = ChildProcess.Launch(
            program: order.program, arguments: order.arguments, environment: ThisProcess.environment)
        launch.output = writer
        launch.diesWithParent = true
        launch.niceness = order.niceness
        launch.idleIO = order.niceness > 0
        launch.addressSpace = order.addressSpace
        let begin = ContinuousClock.now
        let started: Result<ChildProcess, Errno> = Result { () throws(Errno) in try ChildProcess.start(launch) }
        writer.closeQuietly()
        switch started {
        case .failure(let error):
            return RunResult(ending: .unstartable(error), took: .zero)
        case .success(let child):
            child.offerToOutOfMemoryKiller()
            guard let process = try ProcessHandle(child.id) else {
                throw Failure(.systemInternal, "process \(child.id) is not there", remedy: .retry(after: nil))
            }
            var run = SupervisedRun(
                directory: directory, child: child, process: process, termination: termination, output: reader,
                log: log,
                progress: ProgressReader(passes: order.passes), shown: shown, deadline: begin + order.timeout)
            let ending = try run.awaitExit()
            return RunResult(ending: ending, took: .now - begin)
        }
    }

    private init(
        directory: WorkDirectory, child: ChildProcess, process: ProcessHandle, termination: FileDescriptor,
        output: FileDescriptor,
        log: consuming BoundedLog, progress: ProgressReader, shown: consuming ProgressFile,
        deadline: ContinuousClock.Instant
    ) {
        self.directory = directory
        self.child = child
        self.process = process
        self.termination = termination
        self.output = output
        self.log = log
        self.progress = progress
        self.shown = shown
        self.deadline = deadline
    }

    private mutating func awaitExit() throws(Failure) -> RunResult.Ending {
        while true {
            let ready = try Readiness.wait(
                for: [process.ended] + (outputEnded ? [] : [output]) + (reason == nil ? [termination] : []),
                until: [deadline, reason == nil ? .now + Self.lookEvery : nil].compactMap(\.self).min())
            if !outputEnded, ready[1] { try readOutput() }
            if reason == nil, ready[ready.count - 1] { ask(.cancelled) }
            if reason == nil, directory.isRemoved { ask(.cancelled) }
            if let deadline, deadline <= .now { timeIsUp() }
            if ready[0], let ending = child.reap() {
                // What it left running ends with it. After that the output is complete.
                child.signalGroup(.kill)
                while !outputEnded, try readOutput() {}
                log.end()
                return reason ?? RunResult.Ending(ending)
            }
        }
    }

    private mutating func ask(_ why: RunResult.Ending) {
        reason = why
        child.signalGroup(.terminate)
        deadline = .now + Self.patience
    }

    private mutating func timeIsUp() {
        if reason == nil { return ask(.timedOut) }
        child.signalGroup(.kill)
        deadline = nil
    }

    /// - Returns: whether there was something to read.
    @discardableResult
    private mutating func readOutput() throws(Failure) -> Bool {
        guard let bytes = try Pipe.drain(output) else {
            outputEnded = true
            return false
        }
        log.append(bytes)
        progress.read(bytes)
        if let fraction = progress.fraction { shown.show(fraction) }
        return !bytes.isEmpty
    }
}

extension RunResult.Ending {
    init(_ ending: ChildProcess.Ending) {
        switch ending {
        case .exited(let status): self = .exited(status)
        case .signalled(let signal): self = .signalled(signal)
        }
    }
}
