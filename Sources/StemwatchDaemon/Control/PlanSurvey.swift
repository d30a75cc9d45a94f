// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform
public import SystemPackage

/// Looks through watched folders for what the ledger does not know yet, and says what would become of it: before anything
/// runs, with or without a daemon.
public struct PlanSurvey: Sendable {
    private let configuration: Configuration
    private let intake = Intake()

    /// What each backend's stems depend on besides the audio.
    private var traits: [BackendName: BackendTraits] = [:]

    /// - Parameter program: our own binary, as the daemon is given it.
    public init(_ configuration: Configuration, program: FilePath) throws(Failure) {
        self.configuration = configuration
        for (name, settings) in configuration.backends {
            let directory = configuration.stateDirectory
            traits[name] = try Backends.make(settings: settings, stateDirectory: directory, program: program).traits
        }
    }

    /// - Parameter paths: absolute, below watched folders; empty: all of them.
    ///   A folder that cannot be read then stands in the plan's troubles, and does not keep the others from being planned.
    /// - Throws: `folder.missing` for a path below no watched folder; what keeps a path that was named from being read.
    public func plan(_ paths: [FilePath]) async throws(Failure) -> Plan {
        let directory = configuration.stateDirectory
        let book = try await BlockingPool.shared.run { () throws(Failure) in
            var book = JobBook()
            try LedgerReader.replay(stateDirectory: directory, into: &book)
            return book
        }
        var meter = MinuteMeter(calendar: .local)
        for known in book.spendings(since: .distantPast) { meter.add(known.spending, folder: known.folder) }
        var candidates: [Plan.Candidate] = []
        var troubles: [Failure] = []
        for path in paths.isEmpty ? configuration.folders.map(\.watch.root) : paths {
            let folder = try folder(of: path)
            let found: [File]
            do throws(Failure) {
                found = try await files(at: path, in: folder)
            } catch {
                guard paths.isEmpty else { throw error }
                troubles.append(error)
                continue
            }
            for file in found {
                let key = FileKey(folder: folder.name, path: file.relative)
                if book.knows(key, file.identity) != nil { continue }
                candidates.append(
                    Plan.Candidate(
                        path: file.path, folder: folder.name, examined: await cost(of: file, in: folder, book)))
            }
        }
        var plan = Plan(candidates, budget: Budget(configuration), meter: meter, allowance: nil, now: .now)
        plan.troubles = troubles
        return plan
    }

    private struct File: Sendable {
        let path: FilePath
        let relative: FilePath
        let identity: FileIdentity
    }

    private func folder(of path: FilePath) throws(Failure) -> FolderConfiguration {
        let homes = configuration.folders.filter { path.starts(with: $0.watch.root) }
        if let home = homes.max(by: { $0.watch.root.length < $1.watch.root.length }) { return home }
        throw Failure(
            .folderMissing, "\(Printable(path)) is below no watched folder",
            hint: "watched: "
                + configuration.folders.map { Printable($0.watch.root).description }.joined(separator: ", "),
            remedy: .reject)
    }

    private func files(at start: FilePath, in folder: FolderConfiguration) async throws(Failure) -> [File] {
        let (root, rules) = (folder.watch.root, folder.watch.ignore)
        return try await BlockingPool.shared.run { () throws(Failure) in
            var (pending, found): ([FilePath], [File]) = ([start], [])
            while let path = pending.popLast() {
                guard let status = try FileStatus.at(path) else {
                    throw Failure(.sourceGone, "\(Printable(path)) is not there", remedy: .reject)
                }
                var relative = path
                _ = relative.removePrefix(root)
                switch status.kind {
                case .directory:
                    for entry in try DirectoryListing.entries(of: path).sorted(by: { $0.name.string > $1.name.string })
                    where entry.kind != .directory || rules.verdict(directory: entry.name) == .watched {
                        pending.append(path.appending(entry.name))
                    }
                case .regular where rules.verdict(path: relative) == .watched:
                    found.append(File(path: path, relative: relative, identity: status.identity))
                case .regular, .symlink, .other: break
                }
            }
            return found
        }
    }

    /// What a file would cost: nothing where the same audio was paid for.
    private func cost(of file: File, in folder: FolderConfiguration, _ book: JobBook) async -> Result<
        AudioDuration, Failure
    > {
        do throws(Failure) {
            switch try await intake.examine(file.path, expecting: file.identity, limits: folder.intake) {
            case .sound(let facts):
                guard folder.duplicates != .process, let settings = traits[folder.backend]?.settings(for: folder.stems),
                    book.paid(audio: facts.audioDigest, settings: settings) != nil
                else { return .success(facts.duration) }
                return .success(.zero)
            case .incomplete(let failure), .rejected(let failure): return .failure(failure)
            }
        } catch {
            return .failure(error)
        }
    }
}
