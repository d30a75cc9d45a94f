// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The whole life of one file: where it stands now, and every job there ever was for it.
package struct PathReport: Codable, Sendable {
    package let path: String
    package let exists: Bool
    package private(set) var folder: String?
    /// By which it is ignored.
    private(set) var rule: String?
    /// One sentence.
    package private(set) var verdict = ""
    /// The events of every job of that path, the oldest first.
    package private(set) var history: [HistoryEvent] = []
    /// The job of the file's latest content that has one.
    package private(set) var job: JobSummary?

    /// - Parameters:
    ///   - path: absolute.
    ///   - pending: what settling says of a file, where a daemon runs.
    init(
        _ path: FilePath, _ snapshot: EngineSnapshot, pending: (FileKey) async -> PendingFile?
    ) async throws(Failure) {
        let status: FileStatus?
        var unseen: Failure?
        do throws(Failure) {
            status = try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(path) }
        } catch {
            (status, unseen) = (nil, error)
        }
        self.path = Printable(path).description
        exists = status != nil
        let location = PathLocation(path, snapshot.configuration)
        let decided = decide(location, path, status, snapshot.configuration)
        if case .watched(let key) = location {
            history = try await HistoryEvent.all(at: key, in: snapshot.configuration.stateDirectory)
            let standing = await FileStanding(key, snapshot, pending: pending(key))
            job = standing.job.map { JobSummary($0) }
            if !decided { verdict = standing.verdict(status?.identity) }
        }
        if let unseen { verdict = "it cannot be looked at: \(unseen.message)" }
    }

    /// What can be said of a path before any job.
    /// - Returns: whether that is all there is to say.
    private mutating func decide(
        _ location: PathLocation, _ path: FilePath, _ status: FileStatus?, _ configuration: Configuration
    ) -> Bool {
        let isDirectory = status?.kind == .directory
        let inside = isDirectory ? PathLocation(path.appending("song.wav"), configuration) : location
        switch inside {
        case .outside(let watched):
            verdict =
                "it is below no watched folder; watched: "
                + watched.map { Printable($0).description }.joined(separator: ", ")
            return true
        case .ignored(let name, let rule):
            (folder, self.rule) = (name.rawValue, rule)
            verdict = "it is \(isDirectory ? "a directory that is " : "")ignored: \(rule)"
            return true
        case .watched(let key):
            folder = key.folder.rawValue
            switch status?.kind {
            case .directory: verdict = "it is a directory that is watched: ask for a file in it"
            case .symlink: verdict = "it is a symbolic link, and links are never followed"
            case .other: verdict = "it is not a regular file"
            case .regular, nil: return false
            }
            return true
        }
    }
}

/// What a daemon, or a ledger alone, knows of one file.
private struct FileStanding {
    let job: Job?
    let pending: PendingFile?
    /// Why its folder, or what it is in, cannot be watched now.
    let trouble: Failure?
    let snapshot: EngineSnapshot

    init(_ key: FileKey, _ snapshot: EngineSnapshot, pending: PendingFile?) async {
        job = snapshot.book.job(at: key)
        self.pending = pending
        self.snapshot = snapshot
        trouble =
            if let daemon = snapshot.daemon { daemon.folders[key.folder]?.trouble(at: key) } else {
                await Self.trouble(of: snapshot.configuration.folders.first { $0.name == key.folder })
            }
    }

    private static func trouble(of folder: FolderConfiguration?) async -> Failure? {
        guard let folder else { return nil }
        do throws(Failure) {
            _ = try await BlockingPool.shared.run { () throws(Failure) in try WatchedRoot.look(folder.watch) }
            return nil
        } catch {
            return error
        }
    }

    private var isRunning: Bool { snapshot.daemon != nil }
    private var unwatched: String? { trouble.map { "its folder is not watched at the moment: \($0.message)" } }

    /// - Parameter identity: of the file that is there; `nil`: none is.
    func verdict(_ identity: FileIdentity?) -> String {
        guard let identity else { return verdictOfNothing }
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

    private func verdict(of job: Job) -> String {
        if case .deferred(let failure, _, _) = job.wait, job.ending == nil {
            return "it is tried again by itself: \(failure.message)"
        }
        if let problem = job.problem { return "it is \(job.state): \(problem.message)" }
        let (folder, folders) = (job.key.folder, snapshot.book.folders)
        let run = snapshot.daemon?.runs[job.id]
        // What was begun before the pause is carried to its end, unless the daemon was started again since.
        let isAtRest = (job.step < .submitting || run == nil) && folders.isPaused(folder)
        if isAtRest, folders.isPaused {
            return "it waits: everything is paused (stemwatch resume goes on)"
        }
        if isAtRest {
            return "it waits: folder \(folder) is paused (stemwatch resume \(folder) goes on)"
        }
        if !job.isOver, !isRunning { return "it is \(job.state), and no daemon runs that could go on with it" }
        let activity = run ?? nil
        let done = activity?.percent.map { ", \($0) done" } ?? ""
        switch job.step {
        case .found: return "it is found, and about to be examined"
        case .queued:
            return job.payKey.flatMap { snapshot.daemon?.claims.owner(for: job.id, $0) }.map {
                "it is queued: its audio is that of job \($0), whose stems it will get too"
            } ?? "it is queued: sound, and waiting for its turn"
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
