// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
public import Platform
public import SystemPackage

/// Looks through watched folders for what the ledger does not know yet, and says what would become of it: before
/// anything runs, with or without a daemon.
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
    ///   A directory that cannot be read stands in the plan's troubles, and keeps nothing else from being planned.
    /// - Throws: `folder.missing` for a path below no watched folder; what keeps a path that was named from being read.
    public func plan(_ paths: [FilePath]) async throws(Failure) -> Plan {
        let snapshot = try await EngineSnapshot(ledgerOf: configuration)
        let book = snapshot.book
        var candidates: [Plan.Candidate] = []
        var troubles: [Failure] = []
        var (heldAlready, paused): (Int, [FolderName]) = (0, [])
        for path in paths.isEmpty ? configuration.folders.map(\.watch.root) : paths {
            let folder = try folder(of: path)
            let found: Found
            do throws(Failure) {
                found = try await files(at: path, in: folder)
            } catch {
                guard paths.isEmpty else { throw error }
                troubles.append(error)
                continue
            }
            troubles += found.troubles
            if book.folders.isPaused(folder.name), !paused.contains(folder.name) { paused.append(folder.name) }
            for file in found.files {
                let key = FileKey(folder: folder.name, path: file.relative)
                if let known = book.knows(key, file.identity) {
                    if book.job(known)?.standing == .held { heldAlready += 1 }
                    continue
                }
                let examined: Result<AudioDuration, Failure> =
                    if let refusal = refusal(of: file, in: folder, book) { .failure(refusal) } else {
                        await cost(of: file, in: folder, book)
                    }
                candidates.append(Plan.Candidate(path: file.path, folder: folder.name, examined: examined))
            }
        }
        var plan = Plan(
            candidates, budget: snapshot.admission.budget, meter: snapshot.admission.meter, allowance: nil,
            now: snapshot.now)
        (plan.troubles, plan.heldAlready, plan.paused) = (troubles, heldAlready, paused)
        return plan
    }

    /// Why a file that was there before its folder was first watched would not be taken. What is there before the first
    /// start is all of that kind.
    private func refusal(of file: File, in folder: FolderConfiguration, _ book: JobBook) -> Failure? {
        if let since = book.folders.watchedSince(folder.name), !ExistingFiles.wasThere(file.identity, before: since) {
            return nil
        }
        let billing = traits[folder.backend]?.billing ?? .billed
        return ExistingFiles.refusal(policy: folder.existing, billing: billing, folder: folder.name)
    }

    private struct File: Sendable {
        let path: FilePath
        let relative: FilePath
        let identity: FileIdentity
    }

    private struct Found: Sendable {
        var files: [File] = []
        /// What could not be looked at.
        var troubles: [Failure] = []
    }

    private func folder(of path: FilePath) throws(Failure) -> FolderConfiguration {
        if let folder = configuration.folder(holding: path) { return folder }
        throw Failure(
            .folderMissing, "\(Printable(path)) is below no watched folder",
            hint: "watched: "
                + configuration.folders.map { Printable($0.watch.root).description }.joined(separator: ", "),
            remedy: .reject)
    }

    /// - Throws: what keeps `start` itself from being read.
    private func files(at start: FilePath, in folder: FolderConfiguration) async throws(Failure) -> Found {
        let (root, rules) = (folder.watch.root, folder.watch.ignore)
        return try await BlockingPool.shared.run { () throws(Failure) in
            var (pending, found): ([FilePath], Found) = ([start], Found())
            while let path = pending.popLast() {
                do throws(Failure) {
                    guard let status = try FileStatus.at(path) else {
                        throw Failure(.sourceGone, "\(Printable(path)) is not there", remedy: .reject)
                    }
                    var relative = path
                    _ = relative.removePrefix(root)
                    switch status.kind {
                    case .directory: pending += try Self.entries(of: path, rules)
                    case .regular where rules.verdict(path: relative) == .watched:
                        found.files.append(File(path: path, relative: relative, identity: status.identity))
                    case .regular, .symlink, .other: break
                    }
                } catch {
                    if path == start { throw error }
                    // One that went away meanwhile is none of the plan's.
                    if error.code != .sourceGone { found.troubles.append(error) }
                }
            }
            return found
        }
    }

    /// What may hold songs, the last first.
    private static func entries(of path: FilePath, _ rules: IgnoreRules) throws(Failure) -> [FilePath] {
        try DirectoryListing.entries(of: path).sorted { $0.name.string > $1.name.string }
            .filter { $0.kind != .directory || rules.verdict(directory: $0.name) == .watched }
            .map { path.appending($0.name) }
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
