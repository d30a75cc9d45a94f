// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The whole life of one file: where it stands now, and every job there ever was for it.
struct WhyReport {
    /// The job of the file's latest content that has one.
    var job: Job?
    /// The events of every job of that path, the oldest first.
    var history: [JSONValue] = []
    /// What settling says of it, where a daemon runs.
    var pending: PendingFile?
    /// What is paused.
    var folders = FolderBook()
    /// Why its folder, or what it is in, cannot be watched now.
    var trouble: Failure?
    /// Somebody works on its job.
    var isInHand = false
    /// What is being done for its job.
    var activity: Activity?
    /// The job whose stems it waits for: the same audio is being separated under another name.
    var owner: JobID?
    let isRunning: Bool

    /// - Parameter path: absolute.
    func json(_ path: FilePath, _ configuration: Configuration) async -> JSONValue {
        let status: FileStatus?
        var unseen: Failure?
        do throws(Failure) {
            status = try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(path) }
        } catch {
            status = nil
            unseen = error
        }
        var report = PathLocation(path, configuration).json(path, status, configuration)
        report["history"] = .array(history)
        if let job { report["job"] = JobSummary.json(job) }
        if let unseen { report["verdict"] = .string("it cannot be looked at: \(unseen.message)") }
        if report["verdict"] == nil {
            report["verdict"] = .string(status.map { verdict(ofFile: $0.identity) } ?? verdictOfNothing)
        }
        return .object(report)
    }

    private func verdict(ofFile identity: FileIdentity) -> String {
        if let pending { return "it " + pending.sentence }
        if let job {
            if job.endedWithItsFile { return "it is back since it was \(job.state): \(whatComes)" }
            if job.identity.hasSameContent(as: identity) {
                return verdict(of: job) + (unwatched.map { "; \($0)" } ?? "")
            }
            return "it changed since it was \(job.state): \(whatComes)"
        }
        if let trouble { return "it is not known, and is not looked for at the moment: \(trouble.message)" }
        return "it is not known yet: \(whatComes)"
    }

    private var unwatched: String? { trouble.map { "its folder is not watched at the moment: \($0.message)" } }

    private var whatComes: String {
        if let unwatched { return unwatched }
        return isRunning ? "the next scan finds it (stemwatch rescan looks now)" : "no daemon runs that could find it"
    }

    private var verdictOfNothing: String {
        let nothing = "nothing of that name is there now" + (unwatched.map { ", and \($0)" } ?? "")
        guard let job else { return nothing }
        if let target = job.movedTo {
            return "it is done: its stems are delivered, and it was moved to \(Printable(target))"
        }
        if job.disposal == .deleted { return "it is done: its stems are delivered, and it was deleted, as configured" }
        if let problem = job.problem { return "\(nothing); it was \(job.state): \(problem.message)" }
        return job.step >= .delivered ? "\(nothing); its stems are delivered" : "\(nothing); \(verdict(of: job))"
    }

    private var done: String { activity?.percent.map { ", \($0) done" } ?? "" }

    private func verdict(of job: Job) -> String {
        if case .deferred(let failure, _, _) = job.wait, job.ending == nil {
            return "it is tried again by itself: \(failure.message)"
        }
        if let problem = job.problem { return "it is \(job.state): \(problem.message)" }
        let folder = job.key.folder
        // What was begun before the pause is carried to its end, unless the daemon was started again since.
        let isAtRest = (job.step < .submitting || !isInHand) && folders.isPaused(folder)
        if isAtRest, folders.isPaused {
            return "it waits: everything is paused (stemwatch resume goes on)"
        }
        if isAtRest {
            return "it waits: folder \(folder) is paused (stemwatch resume \(folder) goes on)"
        }
        if !job.isOver, !isRunning { return "it is \(job.state), and no daemon runs that could go on with it" }
        switch job.step {
        case .found: return "it is found, and about to be examined"
        case .queued:
            return owner.map { "it is queued: its audio is that of job \($0), whose stems it will get too" }
                ?? "it is queued: sound, and waiting for its turn"
        case .submitting, .submitted, .separating:
            let backend = job.backend ?? .builtin
            let doing = activity?.kind == .uploading ? "being uploaded to \(backend)" : "being separated by \(backend)"
            return "it is \(job.state): \(doing)\(done)"
        case .returning where activity?.kind == .downloading:
            return "it is returning: its stems are being downloaded\(done)"
        case .returning: return "it is returning: its stems are being checked and delivered"
        case .delivered, .released: return "it is done: its stems are delivered"
        }
    }
}
