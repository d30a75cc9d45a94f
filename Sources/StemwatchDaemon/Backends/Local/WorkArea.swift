// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
import Synchronization
public import SystemPackage

/// Where local backends work: `<state_dir>/work`, a directory a job, and the supervisors in them.
public final class WorkArea: Sendable {
    /// Absolute.
    public let path: FilePath
    /// Supervisors that this process started and has not reaped.
    private let children = Mutex<[JobID: ChildProcess]>([:])

    public init(stateDirectory: FilePath) { path = stateDirectory.appending("work") }

    func directory(of job: JobID) -> WorkDirectory { WorkDirectory(path: path.appending(job.rawValue)) }

    /// Ends and removes what is left of every job but `jobs`. For the daemon's start, before anything runs.
    ///
    /// Takes a moment for each supervisor that still runs: they are ended one after the other.
    public func sweep(keeping jobs: Set<JobID>) async throws(Failure) {
        try await BlockingPool.shared.run { () throws(Failure) in
            guard try FileStatus.at(self.path) != nil else { return }
            for entry in try DirectoryListing.entries(of: self.path) {
                // A name that is no job's was not made here.
                guard let job = JobID(rawValue: entry.name.string), !jobs.contains(job) else { continue }
                try self.remove(job)
            }
        }
    }

    /// Throws `output.full`, held until the surroundings change, when the copy of a track and its stems do not fit
    /// here.
    func checkRoom(for track: Track) throws(Failure) {
        try judgeRoom(FileSystemStatus.at(path).availableBytes, for: track)
    }

    func judgeRoom(_ available: UInt64, for track: Track) throws(Failure) {
        let (stems, source) = (
            DiskSpaceCheck.estimate(track.facts, stems: track.stems.count, format: .wav),
            UInt64(max(0, track.identity.size))
        )
        // A header may claim any number: no sum may overflow.
        guard available < source || available - source < stems else { return }
        throw Failure(
            .outputFull,
            "\(Printable(path)) has \(available.wholeMegabytes) MB free, and a separation needs up to "
                + "\(stems.fullMegabytes) MB there for the stems, and \(source.fullMegabytes) MB for a copy of the "
                + "track",
            hint: "free some space on the disk that holds state_dir: it goes on by itself",
            remedy: .hold(until: .surroundings))
    }

    /// Starts a supervisor for the job's order. Returns once it has been loaded. From before this call until the
    /// supervisor's end, `lock` is held without a gap.
    /// - Parameter program: our own.
    func begin(
        _ job: JobID, lock: FileLock, program: FilePath, environment: [String: String]
    ) throws(Failure) {
        let directory = directory(of: job)
        var launch = ChildProcess.Launch(
            program: program, arguments: ["stemwatch", Supervisor.subcommand, job.rawValue].map { Array($0.utf8) },
            environment: environment)
        launch.directory = directory.path
        launch.lock = lock
        try reapSupervisor(job)
        do throws(Errno) {
            let child = try ChildProcess.start(launch)
            children.withLock { $0[job] = child }
        } catch {
            throw Failure(error, "starting", program)
        }
    }

    /// Reaps the supervisors that have ended.
    func reap() {
        children.withLock { children in children = children.filter { $0.value.reap() == nil } }
    }

    /// Reaps the supervisor of a job. Its lock is free already, so it ends within a moment.
    private func reapSupervisor(_ job: JobID) throws(Failure) {
        // Found under the lock: as long as it is not reaped, no other process has its number.
        let supervisor = try children.withLock { (children) throws(Failure) in
            try children[job].flatMap { (child) throws(Failure) in try ProcessHandle(child.id) }
        }
        _ = try supervisor?.waitForEnd(atMost: SupervisedRun.patience)
        reap()
    }

    /// Asks the supervisor of a job, if there is one, to end its work. Does not wait for that.
    func askToEnd(_ job: JobID) throws(Failure) {
        try FileLock.holder(of: directory(of: job).lock)?.send(.terminate)
    }

    /// Ends the work of a job if it runs, and removes its directory. Blocks until the work has ended. Idempotent.
    func remove(_ job: JobID) throws(Failure) {
        let directory = directory(of: job)
        var occupancy = try directory.occupancy()
        if case .absent = occupancy { return reap() }
        if case .running = occupancy {
            try end(job)
            occupancy = try directory.occupancy()
        }
        guard case .free(let lock, let phase) = occupancy else {
            throw Failure(
                .backendFailed, "the work in \(Printable(directory.path)) does not end", remedy: .retry(after: nil))
        }
        try reapSupervisor(job)
        try clear(directory, job, phase)
        try withExtendedLifetime(lock) { () throws(Failure) in try DurableFiles.removeTree(directory.path) }
    }

    /// Ends what a supervisor that was killed left running.
    func clear(_ directory: WorkDirectory, _ job: JobID, _ phase: WorkDirectory.Phase) throws(Failure) {
        if phase == .cutOff { try MarkedProcesses.end(marked: CommandSettings.jobVariable, job.rawValue) }
    }

    private func end(_ job: JobID) throws(Failure) {
        let lock = directory(of: job).lock
        // A supervisor signs its lock a moment after it was started; until then the lock names no process to signal.
        let deadline = ContinuousClock.now + SupervisedRun.patience
        var holder = try FileLock.holder(of: lock)
        while holder == nil, try FileLock.take(lock) == nil, .now < deadline {
            _ = try Readiness.wait(for: [], until: .now + .milliseconds(10))
            holder = try FileLock.holder(of: lock)
        }
        guard let holder else { return }
        try holder.send(.terminate)
        // It gives the program its patience, ends it, and writes a result.
        if try holder.waitForEnd(atMost: SupervisedRun.patience * 2) { return }
        try holder.send(.kill)
        _ = try holder.waitForEnd(atMost: SupervisedRun.patience)
    }
}
