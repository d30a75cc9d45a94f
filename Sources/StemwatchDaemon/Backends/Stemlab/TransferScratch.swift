// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// `<state_dir>/transfers`: what is on its way to a service and from it, for as long as it is.
struct TransferScratch: Sendable {
    let path: FilePath

    init(stateDirectory: FilePath) { path = stateDirectory.appending("transfers") }

    /// Where a track is written anew without its tags; each container adds its ending. Loses its name once it is whole.
    func upload(of job: JobID) -> FilePath { path.appending(Self.copy + job.rawValue) }

    /// What has come of a stem: another download goes on from there.
    /// - Parameter job: as the service names it.
    func download(_ stem: StemName, of job: String) -> FilePath { path.appending("\(job)-\(stem)\(Self.part)") }

    /// Removes what was written of a copy that did not become whole. Blocks.
    func removeUpload(of job: JobID) throws(Failure) {
        for container in AudioContainer.allCases {
            var copy = upload(of: job)
            copy.extension = container.fileExtension
            try DurableFiles.removeTree(copy)
        }
    }

    /// Removes what has come of a job's stems. Blocks.
    func removeDownloads(of job: String) throws(Failure) {
        try remove { Self.job(ofDownload: $0) == job }
    }

    /// Removes what a crash left of copies, and what came of stems that nobody will go on with. Blocks.
    /// - Parameter live: jobs that go on, as the service names them.
    func sweep(keeping live: Set<String>) throws(Failure) {
        try remove { name in
            if let job = Self.job(ofDownload: name) { return !live.contains(job) }
            return name.hasPrefix(Self.copy)
        }
    }

    private static let copy = "upload-"
    private static let part = ".part"

    /// `nil` for the name of anything else.
    private static func job(ofDownload name: String) -> String? {
        guard name.hasSuffix(part) else { return nil }
        let job = String(name.prefix { $0 != "-" })
        return StemlabID.isJob(job) ? job : nil
    }

    private func remove(_ isUnwanted: (String) -> Bool) throws(Failure) {
        guard try FileStatus.at(path) != nil else { return }
        for entry in try DirectoryListing.entries(of: path) where isUnwanted(entry.name.string) {
            try DurableFiles.removeTree(path.appending(entry.name))
        }
    }
}
