// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Notes in the output folder, for people who see only a share: `<output>/<relative dir>/<song>.problem.txt` for a
/// track that was rejected, is held or failed. A note is removed when its problem is solved.
///
/// `<song>` is the track's name without its extension. If that file is another track's note (`song.wav` and `song.flac`
/// may both have problems) or no note, `<song>` is the whole file name, then that with a number. The last line of a
/// note names its track. Only a track's own note is ever replaced or removed.
struct ProblemNotes: Sendable {
    private let settings: DeliverySettings
    private let output: OutputFolder
    private let pool: BlockingPool

    /// - Parameter watched: as in ``Delivery/init(_:watched:pool:)``.
    init(_ settings: DeliverySettings, watched: FilePath? = nil, pool: BlockingPool = .shared) {
        self.settings = settings
        self.pool = pool
        output = OutputFolder(settings, watched: watched)
    }

    /// Writes the track's note, in place of an earlier one; the same note is not written again. Returns where it is;
    /// `nil` when notes are switched off.
    ///
    /// - Parameter source: absolute path of the track; for the command in the note.
    @discardableResult
    func write(
        _ kind: ProblemNote.Kind, _ problem: Failure, about key: FileKey, at source: FilePath
    ) async throws(Failure) -> FilePath? {
        guard settings.problemNotes else { return nil }
        let note = ProblemNote(kind, problem, key: key, source: source)
        return try await pool.run { () throws(Failure) in try put(note) }
    }

    /// Removes the track's note, if there is one, also when notes are switched off: an old note must not stay.
    func clear(_ key: FileKey) async throws(Failure) {
        try await pool.run { () throws(Failure) in
            guard let directory = try output.existingDirectory(for: key.path.removingLastComponent()) else { return }
            guard case .own(let name, _) = try find(key, in: directory) else { return }
            try directory.remove(name)
            try directory.sync()
        }
    }

    private func put(_ note: ProblemNote) throws(Failure) -> FilePath {
        let root = try output.open()
        var ownership = try Ownership(settings, output: root)
        let parent = note.key.path.removingLastComponent()
        // A second descriptor: `directory(for:in:)` consumes one, and the staging directory needs the other.
        let directory = try output.directory(for: parent, in: output.open(), &ownership)
        for _ in 1...100 {
            let place = try find(note.key, in: directory)
            if case .own(_, let text) = place, text == note.text { return directory.path.appending(place.name) }
            if try write(note, at: place, in: directory, staging: root, &ownership) {
                return directory.path.appending(place.name)
            }
        }
        throw Failure(
            .outputName, "the names for a note in \(Printable(directory.path)) are taken as fast as they are tried",
            remedy: .retry(after: nil))
    }

    /// `false`: the free name was taken in that instant.
    private func write(
        _ note: ProblemNote, at place: Place, in directory: borrowing OpenDirectory,
        staging root: borrowing OpenDirectory,
        _ ownership: inout Ownership
    ) throws(Failure) -> Bool {
        // In the staging directory, which is swept after a crash.
        let temporary = try Staging.writeNote(note.text, in: root) { ownership.apply(toFile: $0) }
        let staging = try Staging.opened(in: root)
        var isDone = true
        do throws(Failure) {
            switch place {
            case .own(let name, _): try staging.renameReplacing(temporary, to: directory, as: name)
            case .free(let name): isDone = try staging.rename(temporary, to: directory, as: name) == .done
            }
            if isDone { try directory.sync() } else { try staging.remove(temporary) }
        } catch {
            try staging.remove(temporary)
            throw error
        }
        try Staging.removeIfEmpty(in: root)
        return isDone
    }

    private enum Place {
        case own(FilePath.Component, text: [UInt8])
        case free(FilePath.Component)
        var name: FilePath.Component {
            switch self {
            case .own(let name, _), .free(let name): name
            }
        }
    }

    /// The track's own note, or where it would go.
    private func find(_ key: FileKey, in directory: borrowing OpenDirectory) throws(Failure) -> Place {
        let file: FilePath.Component = key.path.lastComponent ?? "track"
        let whole = OutputName(whole: file)
        var free: FilePath.Component?
        for number in 0...9999 {
            let name =
                number == 0
                ? OutputName(track: file).component(suffix: ProblemNote.suffix)
                : whole.component(number, suffix: ProblemNote.suffix)
            if try !directory.has(name) {
                free = free ?? name
                // Notes under the whole name have gaps in their numbers only where a problem was solved.
                if number > 1 { return .free(free ?? name) }
                continue
            }
            if let text = try directory.contents(of: name, limit: ProblemNote.sizeLimit),
                ProblemNote.owner(of: text) == ProblemNote.mark(of: key)
            {
                return .own(name, text: text)
            }
        }
        throw Failure(
            .outputName, "\(Printable(directory.path)) holds 9999 notes named like \(Printable(key.path))",
            hint: "move some away", remedy: .hold(until: .surroundings))
    }
}
