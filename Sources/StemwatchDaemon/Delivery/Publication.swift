// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// One delivery, from fetched stems to the track's folder. Blocks: runs on the pool.
struct Publication {
    private let order: DeliveryOrder
    private let output: OutputFolder
    private let now: WallTime
    private let after: @Sendable (DeliveryStep) throws(Failure) -> Void

    init(
        _ order: DeliveryOrder, output: OutputFolder, now: WallTime,
        after: @escaping @Sendable (DeliveryStep) throws(Failure) -> Void
    ) {
        self.order = order
        self.output = output
        self.now = now
        self.after = after
    }

    func run(isCancelled: () -> Bool) throws(Failure) -> DeliveryReceipt {
        if let found = try Self.existing(order.job, of: order.key, in: output) {
            return DeliveryReceipt(
                delivered: found.delivered, warnings: found.manifest.warnings + cleanUp(),
                residualDecibels: found.manifest.residualDecibels)
        }
        let root = try output.open()
        let place = try Staging.directory(for: order.job, in: root)
        let verdict = try StemVerdict(of: order, format: output.settings.format, isCancelled: isCancelled)
        try after(.checked)

        var ownership = try Ownership(output.settings, output: root)
        let folder = try freshFolder(in: place, &ownership)
        let stems = try finish(verdict.report, in: folder, &ownership, isCancelled: isCancelled)
        try after(.converted)

        let manifest = StemManifest(
            job: order.job, stems: stems, residualDecibels: verdict.report.residualDecibels,
            warnings: verdict.warnings + ownership.warnings, reusedFrom: order.reusedFrom)
        try folder.write(manifest.text(of: order, at: now), to: StemManifest.file) { ownership.apply(toFile: $0) }
        try after(.described)
        try folder.sync()
        try after(.synced)

        let parent = try output.directory(for: order.key.path.removingLastComponent(), in: root, &ownership)
        try after(.foldersMade)
        let name = try publish(from: place, in: parent)
        try after(.renamed)
        try parent.sync()
        try after(.published)
        let leftovers = cleanUp()
        try after(.cleaned)
        return DeliveryReceipt(
            delivered: manifest.delivered(at: parent.path.appending(name)),
            warnings: verdict.warnings + ownership.warnings + leftovers, residualDecibels: manifest.residualDecibels)
    }

    /// Makes the folder that will be renamed into place. Removes what an interrupted attempt left of it.
    private func freshFolder(
        in place: borrowing OpenDirectory, _ ownership: inout Ownership
    ) throws(Failure) -> OpenDirectory {
        try place.removeTree(Staging.folder)
        try place.makeDirectory(Staging.folder, durably: false)
        guard let folder = try place.directory(Staging.folder) else {
            throw Failure(
                .outputUnwritable, "\(Printable(place.path)) went away while it was used", remedy: .retry(after: nil))
        }
        try ownership.inherit(from: folder)
        ownership.apply(toDirectory: folder)
        return folder
    }

    /// Writes each stem into `folder` in the configured format, durably.
    private func finish(
        _ report: StemReport, in folder: borrowing OpenDirectory, _ ownership: inout Ownership, isCancelled: () -> Bool
    ) throws(Failure) -> [StemManifest.Stem] {
        let format = output.settings.format
        var finished: [StemManifest.Stem] = []
        for (staged, found) in zip(order.stems, report.stems) {
            let file = FilePath.Component("\(staged.name.rawValue).\(format.rawValue)")!
            try StemConversion.write(staged.file, of: found, into: folder, as: file, format, isCancelled: isCancelled)
            guard let opened = try folder.open(file) else {
                throw Failure(
                    .outputUnwritable, "\(Printable(folder.path.appending(file))) went away while it was used",
                    remedy: .retry(after: nil))
            }
            let (bytes, digest) = try Failure.translating("reading", folder.path.appending(file)) {
                try opened.closeAfter {
                    ownership.apply(toFile: opened)
                    try OpenDirectory.sync(file: opened, folder.path.appending(file))
                    return try FileDigest.of(opened)
                }
            }
            finished.append(
                .init(
                    name: staged.name, file: file.string, bytes: bytes, digest: digest, frames: found.frames,
                    peak: found.peak))
        }
        return finished
    }

    /// Renames the finished folder to the first free name for the track.
    private func publish(
        from place: borrowing OpenDirectory, in parent: borrowing OpenDirectory
    ) throws(Failure) -> FilePath.Component {
        let name = Self.name(of: order.key)
        for number in 1...9999 {
            let candidate = name.component(number)
            switch try place.rename(Staging.folder, to: parent, as: candidate) {
            case .done: return candidate
            case .taken: continue
            case .otherFileSystem:
                throw Failure(
                    .outputUnwritable,
                    "\(Printable(parent.path)) is on another file system than the output folder it is in",
                    hint: "unmount what is mounted there, or make that the output folder",
                    remedy: .hold(until: .surroundings))
            }
        }
        throw Failure(
            .outputName,
            "\(Printable(parent.path)) holds 9999 folders named like \(Printable(bytes: name.component().bytes))",
            hint: "move some away", remedy: .hold(until: .surroundings))
    }

    /// Removes the staging directory. Where that fails, the delivery is on disk all the same: it is a warning, and the
    /// sweep at the next start tries again.
    private func cleanUp() -> [String] {
        do throws(Failure) {
            if let root = try output.openExisting() { try Staging.remove(order.job, in: root) }
            return []
        } catch { return ["the staging directory could not be removed: \(error.message)"] }
    }

    private static func name(of key: FileKey) -> OutputName {
        // A key always names a file, so the other name is never needed.
        OutputName(track: key.path.lastComponent ?? "track")
    }

    /// The delivery of `job` among the folders with the track's name, numbered or not; on disk when this returns.
    static func existing(
        _ job: JobID, of key: FileKey, in output: OutputFolder
    ) throws(Failure) -> (delivered: Delivered, manifest: StemManifest)? {
        guard let parent = try output.existingDirectory(for: key.path.removingLastComponent()) else { return nil }
        let name = name(of: key)
        for entry in try parent.names() where name.number(of: entry) != nil {
            guard let manifest = try manifest(of: entry, in: parent), manifest.job == job else { continue }
            // The daemon that renamed it may have been killed before the rename was on disk.
            try parent.sync()
            return (manifest.delivered(at: parent.path.appending(entry)), manifest)
        }
        return nil
    }

    /// Whether `earlier` still has every file as it was delivered, in a folder that the track at `key` could have.
    static func stands(_ earlier: Delivered, for key: FileKey, in output: OutputFolder) throws(Failure) -> Bool {
        guard let parent = try output.existingDirectory(for: key.path.removingLastComponent()),
            let entry = earlier.output.lastComponent, name(of: key).number(of: entry) != nil,
            earlier.output == parent.path.appending(entry), try manifest(of: entry, in: parent) != nil,
            let folder = try parent.directory(entry)
        else { return false }
        let suffix = ".\(output.settings.format.rawValue)"
        for stem in earlier.stems {
            guard stem.file.hasSuffix(suffix), let name = FilePath.Component(stem.file),
                let file = try folder.open(name)
            else { return false }
            let digest = try Failure.translating("reading", folder.path.appending(name)) {
                try file.closeAfter { try FileDigest.of(file).digest }
            }
            guard digest == stem.digest else { return false }
        }
        return true
    }

    /// `nil` for a folder that is no delivery, and for a file or a link.
    private static func manifest(
        of entry: FilePath.Component, in parent: borrowing OpenDirectory
    ) throws(Failure) -> StemManifest? {
        do throws(Failure) {
            guard let folder = try parent.directory(entry) else { return nil }
            return try StemManifest(in: folder)
        } catch  where error.code == .outputName { return nil }
    }
}
