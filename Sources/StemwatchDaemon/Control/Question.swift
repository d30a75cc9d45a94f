// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// Something that can be asked of a daemon, or of its ledger where none runs. Reading only.
public enum Question: Sendable {
    case status
    case jobs(JobFilter)
    /// One job with everything that happened to it.
    case job(JobID)
    /// The whole life of a file, named by its absolute path.
    case why(FilePath)
    case limits

    /// Asks the running daemon; where none runs, answers from the ledger alone.
    /// - Throws: `job.unknown`, configuration and ledger failures.
    public func ask(_ configuration: Configuration) async throws(Failure) -> JSONValue {
        do throws(Failure) {
            return try await DaemonClient(configuration).get(path)
        } catch  where error.code == .controlNoDaemon {
            return try await LedgerSnapshot(configuration).answer(self)
        }
    }

    /// As the daemon's socket has it.
    var path: String {
        switch self {
        case .status: "/v1/status"
        case .jobs(let filter): "/v1/jobs" + filter.query
        case .job(let id): "/v1/jobs/\(id)"
        case .why(let path): "/v1/why?path=" + PercentCoding.encode(path.bytes)
        case .limits: "/v1/limits"
        }
    }
}

/// Something that a person decides, and only a running daemon can carry out.
public enum Order: Sendable {
    case retry(JobID)
    case cancel(JobID)
    case pause(FolderName?)
    case resume(FolderName?)
    case rescan(FolderName?)
    /// The account of a backend works, and has so many minutes (`nil`: not known): what waits for that goes on.
    case recheck(BackendName, available: AudioDuration?)

    /// - Throws: `control.no_daemon` where none runs; what the daemon refuses, with its code.
    public func give(_ configuration: Configuration) async throws(Failure) -> JSONValue {
        try await DaemonClient(configuration).post(path)
    }

    var path: String {
        switch self {
        case .retry(let id): "/v1/jobs/\(id)/retry"
        case .cancel(let id): "/v1/jobs/\(id)/cancel"
        case .pause(let folder): "/v1/pause" + Self.query(folder)
        case .resume(let folder): "/v1/resume" + Self.query(folder)
        case .rescan(let folder): "/v1/rescan" + Self.query(folder)
        case .recheck(let backend, let available):
            "/v1/recheck?backend=" + PercentCoding.encode(backend.rawValue.utf8)
                + (available.map { "&available_ms=\($0.milliseconds)" } ?? "")
        }
    }

    private static func query(_ folder: FolderName?) -> String {
        folder.map { "?folder=" + PercentCoding.encode($0.rawValue.utf8) } ?? ""
    }
}
