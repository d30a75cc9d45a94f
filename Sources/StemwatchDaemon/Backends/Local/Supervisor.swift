// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
public import SystemPackage

/// The process between the daemon and a program that separates: `stemwatch supervise`, one a job.
///
/// The daemon may be killed at any moment, and must neither run a separation twice nor lose one. So it starts this
/// process, which holds the work directory's lock as long as it lives. It records, durably, that the program starts
/// before it does, and how it ended. A later daemon reads both in the directory (``WorkDirectory``). The supervisor
/// outlives the daemon; the program does not outlive the supervisor.
public enum Supervisor {
    /// The subcommand of our own program that calls ``run(workDirectory:)`` on the directory it is started in.
    public static let subcommand = "supervise"

    /// Runs the order in `workDirectory` to its end, on the calling thread. For a process of its own that was started
    /// with the directory's lock (``ChildProcess/Launch/lock``); its signal handling is changed for good.
    /// - Returns: what the process is to exit with: 0 when there is a result, however the program ended; 1 when it
    ///   could not even begin, which the log in the work directory explains; 2 when it was not started by the daemon.
    public static func run(workDirectory: FilePath) -> Int32 {
        guard let lock = FileLock.inherited() else { return 2 }
        let directory = WorkDirectory(path: workDirectory)
        do throws(Failure) {
            let termination = try Termination.caught()
            try lock.sign()
            guard try directory.phase() == .prepared, let order = try directory.order() else {
                throw Failure(
                    .systemInternal, "\(Printable(directory.path)) holds no work to begin", remedy: .retry(after: nil))
            }
            try DurableFiles.replace(directory.started, with: [])
            let result = try SupervisedRun.run(order, in: directory, termination: termination)
            let mark = CommandSettings.jobVariable
            if let job = ThisProcess.environment(mark) { try MarkedProcesses.end(marked: mark, job) }
            try conclude(result, in: directory, termination: termination)
        } catch {
            // The log is the only place for this: no process reads this one's standard error. Where not even the log
            // can be written, the directory still shows it: started or not, and no result.
            try? DurableFiles.replace(directory.log, with: Array("\(error)\n".utf8))
            return 1
        }
        return withExtendedLifetime(lock) { 0 }
    }

    /// Writes the result, and waits for room on a full disk: it may be the only trace of work that was paid for.
    private static func conclude(
        _ result: RunResult, in directory: WorkDirectory, termination: FileDescriptor
    ) throws(Failure) {
        let bytes = result.record.bytes
        for _ in 0..<120 {
            do throws(Failure) {
                return try DurableFiles.replace(directory.result, with: bytes)
            } catch {
                // The directory is gone, and with it every reader of the result.
                if directory.isRemoved { throw error }
                if try Readiness.wait(for: [termination], until: .now + .seconds(5))[0] { throw error }
            }
        }
        try DurableFiles.replace(directory.result, with: bytes)
    }
}
