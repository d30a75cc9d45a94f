// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Synchronization
import SystemPackage
import TestKit

@testable import StemwatchDaemon

/// Records each call, and returns the track with every sample inverted as its only stem.
final class NotedBackend: Backend {
    let traits: BackendTraits
    private let acts: LineLog
    /// Its copies of tracks.
    private let scratch: FilePath
    private let answers: Mutex<[RemoteStatus]>
    private let latch = Mutex<(act: String, count: Int)?>(nil)
    private let opening = Wakeup()

    /// - Parameter answers: the states that it reports for jobs, in turn, before it reports that they are done.
    init(_ billing: BackendTraits.Billing, acts: LineLog, scratch: FilePath, answers: [RemoteStatus]) {
        traits = BackendTraits(
            name: BackendName(rawValue: "noted"), kind: .command, model: "none", stems: [.vocals], billing: billing,
            sumsToMix: false)
        self.acts = acts
        self.scratch = scratch
        self.answers = Mutex(answers)
    }

    func allowance() -> Allowance? { nil }

    func submit(
        _ track: Track, from checkpoint: Checkpoint?, saving: @Sendable (Checkpoint) async throws(Failure) -> Void,
        telling: ProgressHandler
    ) async throws(Failure) -> RemoteJob {
        acts.append("submit")
        try await saving(Checkpoint(step: "sent"))
        acts.append("its checkpoint is saved")
        let copy = scratch.appending("\(track.job)")
        if try FileStatus.at(copy) == nil { try Files.copy(from: track.source, to: copy) }
        return RemoteJob(handle: copy.string)
    }

    func find(_ job: JobID, from checkpoint: Checkpoint?) -> RemoteJob? {
        acts.append("find")
        return RemoteJob(handle: scratch.appending("\(job)").string)
    }

    /// Makes it wait at the `count`th call of that name from now on, until ``goOn()``.
    func pause(at act: String, count: Int) { latch.withLock { $0 = (act, count) } }
    func goOn() { opening.wake() }

    private func isPaused(at act: String) -> Bool {
        latch.withLock { latch in
            guard let (name, count) = latch, name == act else { return false }
            latch = count > 1 ? (name, count - 1) : nil
            return count == 1
        }
    }

    func status(of job: RemoteJob) async -> RemoteStatus {
        acts.append("status")
        if isPaused(at: "status") { await opening.wait() }
        return answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            ?? .done([RemoteStem(name: .vocals, location: job.handle)])
    }

    func fetch(
        _ stem: RemoteStem, of job: RemoteJob, into file: FilePath, telling: ProgressHandler
    ) throws(Failure) {
        acts.append("fetch")
        try Failure.translating("writing", file) {
            let song = try FilePath(stem.location).bytes()
            try file.write(song[..<44] + song[44...].map(~))
        }
    }

    func release(_ job: RemoteJob) -> Cost {
        acts.append("release")
        return .possible
    }
}
