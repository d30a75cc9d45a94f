// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// Separates on this machine, by running a program under a ``Supervisor``: our own (`builtin`) or any other
/// (`command`).
///
/// When the daemon stops, free work is ended (by cancelling the task that calls ``status(of:)``) and begins anew next
/// time. Billed work goes on without the daemon, and the next daemon finds it.
struct LocalBackend: Backend {
    let traits: BackendTraits
    let command: CommandSettings
    /// The program to run; `nil`: what `command` names first.
    let program: FilePath?
    let template: CommandTemplate
    let niceness: Int
    let timeout: Duration
    let addressSpace: UInt64?
    /// Our own binary, for the supervisor.
    let supervisor: FilePath
    let workArea: WorkArea

    func allowance() async throws(Failure) -> Allowance? { nil }

    func submit(
        _ track: Track, from checkpoint: Checkpoint?, saving: @Sendable (Checkpoint) async throws(Failure) -> Void,
        telling: @escaping ProgressHandler
    ) async throws(Failure) -> RemoteJob {
        let lock = try await BlockingPool.shared.run { () throws(Failure) in try self.prepare(track, checkpoint) }
        let job = RemoteJob(handle: track.job.rawValue)
        guard let lock else { return job }
        do throws(Failure) {
            try await saving(Checkpoint(step: SubmitDecision.starting))
        } catch {
            // Nothing was started. The lock must be free at once, not when its object ends: the next submission could
            // take it for running work.
            lock.release()
            throw error
        }
        try await BlockingPool.shared.run { () throws(Failure) in
            try self.workArea.begin(
                track.job, lock: lock, program: self.supervisor, environment: self.environment(for: track.job))
        }
        return job
    }

    /// The handle is the job's name. ``release(_:)`` does nothing when there is no directory of that name.
    func find(_ job: JobID, from checkpoint: Checkpoint?) async throws(Failure) -> RemoteJob? {
        RemoteJob(handle: job.rawValue)
    }

    /// In a cancelled task this ends free work, and returns at once what is known.
    func status(of job: RemoteJob) async throws(Failure) -> RemoteStatus {
        let clock = ContinuousClock()
        let deadline = clock.now + traits.pollInterval
        let step = min(traits.pollInterval, .milliseconds(50))
        while true {
            let status = try await BlockingPool.shared.run { () throws(Failure) in try self.look(at: job) }
            guard case .running = status else { return status }
            if !Task.isCancelled {
                if clock.now >= deadline { return status }
                // Woken early only by a cancellation.
                try? await clock.sleep(for: step)
            }
            if Task.isCancelled {
                if traits.billing == .free, let id = JobID(rawValue: job.handle) {
                    try await BlockingPool.shared.run { () throws(Failure) in try self.workArea.askToEnd(id) }
                }
                return status
            }
        }
    }

    func fetch(
        _ stem: RemoteStem, of job: RemoteJob, into file: FilePath, telling: @escaping ProgressHandler
    ) async throws(Failure) {
        try await BlockingPool.shared.run { () throws(Failure) in
            guard let id = JobID(rawValue: job.handle) else { throw self.unknown(job) }
            let output = self.workArea.directory(of: id).output
            let source = try StemFiles.locate(stem.location, in: output, as: stem.name)
            // Linked, not moved: after a failure the next call still finds it here.
            if try !Files.link(source, to: file) { try Files.copy(from: source, to: file) }
        }
    }

    func release(_ job: RemoteJob) async throws(Failure) -> Cost {
        if let id = JobID(rawValue: job.handle) {
            try await BlockingPool.shared.run { () throws(Failure) in try self.workArea.remove(id) }
        }
        return .possible
    }

    private func unknown(_ job: RemoteJob) -> Failure {
        Failure(
            .backendFailed, "the backend \(traits.name) knows nothing of \(Printable(job.handle, limit: 64))",
            remedy: .retry(after: nil))
    }
}

// MARK: - Submitting

extension LocalBackend {
    /// Makes everything ready for a start.
    /// - Returns: the lock to start with; `nil` when there is nothing to start.
    private func prepare(_ track: Track, _ checkpoint: Checkpoint?) throws(Failure) -> FileLock? {
        workArea.reap()
        let directory = workArea.directory(of: track.job)
        let occupancy = try directory.occupancy()
        switch SubmitDecision.decide(
            try standing(directory, occupancy), checkpoint: checkpoint, billing: traits.billing,
            lost: verdict([]).cutOff())
        {
        case .follow:
            occupancy.release()
            return nil
        case .refuse(let failure):
            occupancy.release()
            throw failure
        case .begin: break
        }
        let lock: FileLock?
        switch occupancy {
        case .free(let held, let phase):
            lock = held
            try workArea.clear(directory, track.job, phase)
        case .absent, .running: lock = try directory.claim()
        }
        guard let lock else { return nil }
        try directory.wipe()
        try workArea.checkRoom(for: track)
        try lock.unsign()
        try write(try order(for: track, in: directory), for: track, in: directory)
        return lock
    }

    private func write(_ order: WorkOrder, for track: Track, in directory: WorkDirectory) throws(Failure) {
        try DurableFiles.makeDirectory(directory.output, mode: 0o700)
        try DurableFiles.makeDirectory(directory.scratch, mode: 0o700)
        try DurableFiles.replace(directory.task, with: order.record.bytes)
        _ = try StagedInput.copy(track, in: directory.path)
    }

    private func order(for track: Track, in directory: WorkDirectory) throws(Failure) -> WorkOrder {
        let stems = try track.stems.map { name throws(Failure) in
            guard let stem = command.stems.first(where: { $0.name == name }) else {
                throw Failure(
                    .configInvalid, "the backend \(traits.name) makes no stem \(name)",
                    hint: "it makes \(traits.stems.map(\.rawValue).joined(separator: ", "))", remedy: .stop)
            }
            return stem
        }
        let arguments = template.filled { placeholder in
            switch placeholder {
            case .input: directory.path.appending(StagedInput.name(for: track)).bytes
            case .output: directory.output.bytes
            case .work: directory.path.bytes
            case .stems: Array(track.stems.map(\.rawValue).joined(separator: ",").utf8)
            case .model: Array(command.model.utf8)
            case .threads: Array("\(command.threads)".utf8)
            }
        }
        return WorkOrder(
            program: try located(arguments), arguments: arguments, timeout: timeout, niceness: niceness,
            addressSpace: addressSpace, passes: command.passes, stems: stems, duration: track.facts.duration,
            secrets: command.environment.keys.sorted())
    }

    private func located(_ arguments: [[UInt8]]) throws(Failure) -> FilePath {
        if let program { return program }
        let name = String(decoding: arguments[0], as: UTF8.self)
        let path =
            command.environment["PATH"]?.reveal() ?? ThisProcess.environment("PATH") ?? ProgramSearch.standardPath
        guard let found = ProgramSearch.find(name, in: path) else { throw RunFailure.missing(name) }
        return found
    }

    /// The least that programs need, and the variables of the configuration.
    private func environment(for job: JobID) -> [String: String] {
        var variables = [
            "PATH": ThisProcess.environment("PATH") ?? ProgramSearch.standardPath,
            "LANG": "C.UTF-8",
            "TMPDIR": workArea.directory(of: job).scratch.string,
        ]
        for name in ["HOME", "USER", "LOGNAME"] { variables[name] = ThisProcess.environment(name) }
        variables.merge(command.environment.mapValues { $0.reveal() }) { $1 }
        variables[CommandSettings.jobVariable] = job.rawValue
        return variables
    }
}

// MARK: - Looking

extension LocalBackend {
    private func look(at job: RemoteJob) throws(Failure) -> RemoteStatus {
        workArea.reap()
        guard let id = JobID(rawValue: job.handle) else { return .gone }
        let directory = workArea.directory(of: id)
        let occupancy = try directory.occupancy()
        defer { occupancy.release() }
        switch try standing(directory, occupancy) {
        case .absent: return .gone
        case .running: return .running(fraction: try directory.fraction())
        case .prepared: return .failed(try neverBegan(directory))
        case .done: return .done(try stems(directory))
        case .cutOff(let failure): return traits.billing == .free ? .gone : .failed(failure)
        case .failed(let failure), .unstartable(let failure): return .failed(failure)
        }
    }

    private func standing(
        _ directory: WorkDirectory, _ occupancy: WorkDirectory.Occupancy
    ) throws(Failure) -> SubmitDecision.Standing {
        switch occupancy {
        case .absent: return .absent
        case .running: return .running
        case .free(_, .prepared): return .prepared
        case .free(_, .cutOff): return .cutOff(verdict([]).cutOff())
        case .free(_, .ended(let result)):
            let log = try SmallFile.readTail(directory.log, atMost: 8192) ?? []
            if let failure = verdict(log).failure(for: result) {
                return switch result.ending {
                case .unstartable: .unstartable(failure)
                case .cancelled: .cutOff(failure)
                default: .failed(failure)
                }
            }
            do throws(Failure) {
                _ = try stems(directory)
                return .done
            } catch  where error.code == .backendBadStems {
                return .failed(verdict(log).failure(badStems: error))
            }
        }
    }

    private func stems(_ directory: WorkDirectory) throws(Failure) -> [RemoteStem] {
        guard let order = try directory.order() else {
            throw Failure(.backendBadStems, "nothing says what stems were wanted", remedy: .retry(after: nil))
        }
        return try StemFiles.verified(order.stems, in: directory.output, duration: order.duration)
    }

    private func neverBegan(_ directory: WorkDirectory) throws(Failure) -> Failure {
        let said = try SmallFile.readTail(directory.log, atMost: 1024) ?? []
        let why = said.isEmpty ? "" : ": \(Printable(bytes: said.prefix { $0 != 10 }, limit: 512))"
        return Failure(
            .backendFailed, "the supervisor of \(programName) ended before it began\(why)", remedy: .retry(after: nil))
    }

    private func verdict(_ log: [UInt8]) -> RunFailure {
        RunFailure(
            program: programName, billing: traits.billing, log: log, secrets: Array(command.environment.values))
    }

    private var programName: String {
        FilePath(command.arguments[0]).lastComponent?.string ?? command.arguments[0]
    }
}
