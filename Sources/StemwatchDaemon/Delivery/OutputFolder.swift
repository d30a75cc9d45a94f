// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import Synchronization
import SystemPackage

/// The output folder of one watched folder: opened, made where it may be, and walked without following a link.
///
/// It is made only where its parent exists, and not where that would hide an unmounted disk. A job is held instead when
/// the watched folder is missing too, or when the parent is on another file system than the output was.
final class OutputFolder: Sendable {
    let settings: DeliverySettings
    private let watched: FilePath?
    /// The device the output was on when it was last open.
    private let device = Mutex<UInt64?>(nil)

    init(_ settings: DeliverySettings, watched: FilePath?) {
        self.settings = settings
        self.watched = watched
    }

    /// Opens it. Makes it first when it is missing and may be made.
    func open() throws(Failure) -> OpenDirectory {
        if let directory = try openExisting() { return directory }
        let path = settings.output
        guard let name = path.lastComponent else {
            throw unwritable("the output folder \(Printable(path)) has no name")
        }
        let above = path.removingLastComponent()
        guard let parent = try FileStatus.at(above) ?? nil else {
            throw unwritable("the output folder \(Printable(path)) cannot be made: \(Printable(above)) is not there")
        }
        if let watched, try FileStatus.at(watched) == nil {
            throw unwritable(
                "the output folder \(Printable(path)) is missing, and so is the watched folder \(Printable(watched))")
        }
        if let before = device.withLock({ $0 }), parent.kind != .symlink, before != parent.identity.device {
            throw unwritable("the output folder \(Printable(path)) is missing: its file system is not mounted")
        }
        let directory = try OpenDirectory(above)
        try directory.makeDirectory(name)
        let made = try OpenDirectory(path)
        var ownership = try Ownership(settings, output: directory)
        ownership.apply(toDirectory: made)
        try remember(made)
        return made
    }

    /// Opens it and makes nothing; `nil`: it is not there.
    func openExisting() throws(Failure) -> OpenDirectory? {
        // A dangling link counts as there: opening it reports what is wrong.
        guard try FileStatus.at(settings.output) != nil else { return nil }
        let directory = try OpenDirectory(settings.output)
        try remember(directory)
        return directory
    }

    /// The directory for tracks of `relative` below the watched folder. Makes what is missing, durably.
    func directory(
        for relative: FilePath, in output: consuming OpenDirectory, _ ownership: inout Ownership
    ) throws(Failure) -> OpenDirectory {
        var here = output
        for component in relative.components {
            let name = OutputName(directory: component).component()
            let made = try here.makeDirectory(name)
            guard let next = try here.directory(name) else {
                throw unwritable("\(Printable(here.path.appending(name))) went away while it was used")
            }
            if made { ownership.apply(toDirectory: next) }
            here = next
        }
        return here
    }

    /// The same, but makes nothing; `nil`: it is not there.
    func existingDirectory(for relative: FilePath) throws(Failure) -> OpenDirectory? {
        guard var here = try openExisting() else { return nil }
        for component in relative.components {
            guard let next = try here.directory(OutputName(directory: component).component()) else { return nil }
            here = next
        }
        return here
    }

    private func remember(_ directory: borrowing OpenDirectory) throws(Failure) {
        let found = try FileStatus.of(directory.descriptor).identity.device
        device.withLock { $0 = found }
    }

    private func unwritable(_ message: String) -> Failure {
        Failure(
            .outputUnwritable, message, hint: "mount the disk it is on, or make the folder",
            remedy: .hold(until: .surroundings))
    }
}
