// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Everything the doctor tries out on one watched folder.
struct FolderExamination: Sendable {
    private let folder: FolderConfiguration
    private let about: String

    init(_ folder: FolderConfiguration) {
        self.folder = folder
        about = "folder \(folder.name)"
    }

    func findings() async -> [Finding] {
        do throws(Failure) {
            let root = folder.watch.root
            let (status, system) = try await BlockingPool.shared.run { () throws(Failure) in
                let status = try FileStatus.at(root)
                return (status, status == nil ? nil : try FileSystemStatus.at(root))
            }
            guard let status, let system else {
                return [
                    Finding(
                        .problem, about, "\(Printable(root)) is not there",
                        fix: "mount it, or: mkdir -p \(Printable(root))")
                ]
            }
            guard status.kind == .directory else {
                return [
                    Finding(.problem, about, "\(Printable(root)) is not a directory", fix: "name a directory as path:")
                ]
            }
            return [try await marker(), await events(system), await watches(), await output()].compactMap(\.self)
        } catch {
            return [Finding(about, error)]
        }
    }

    private func marker() async throws(Failure) -> Finding? {
        guard let marker = folder.watch.marker else { return nil }
        let path = folder.watch.root.pushing(marker)
        let isThere = try await BlockingPool.shared.run { () throws(Failure) in try FileStatus.at(path) != nil }
        return isThere
            ? Finding(.good, "\(about): marker", "\(Printable(path)) is there")
            : Finding(
                .problem, "\(about): marker", "\(Printable(path)) is missing: the folder counts as unmounted",
                fix: "touch \(Printable(path))")
    }

    /// Whether the kernel reports a new file.
    private func events(_ system: FileSystemStatus) async -> Finding {
        let about = "\(about): events"
        if folder.watch.mode == .poll || (folder.watch.mode == .auto && system.isRemote) {
            return Finding(.good, about, "polled every \(folder.watch.pollInterval.spoken), on \(system.kind)")
        }
        do throws(Failure) {
            return try await EventTrial.reportsEvents(in: folder.watch.root)
                ? Finding(.good, about, "a file made there is told of at once, on \(system.kind)")
                : Finding(
                    .problem, about, "a file made in \(Printable(folder.watch.root)) is not told of, on \(system.kind)",
                    fix: "set watch: poll for this folder")
        } catch  where error.code == .folderUnreadable || error.code == .outputUnwritable || error.code == .systemIO {
            return Finding(
                .warning, about, "could not be tried: \(error.message)",
                fix: "the safety rescan finds files all the same")
        } catch {
            return Finding(about, error)
        }
    }

    /// How many directories there are, against what the kernel allows.
    private func watches() async -> Finding? {
        guard let limits = InotifyLimits.current() else { return nil }
        let about = "\(about): watches"
        do throws(Failure) {
            let count = try await directories()
            guard count * 10 > limits.watches * 8 else {
                return Finding(
                    .good, about,
                    "\(count) \(count == 1 ? "directory" : "directories"), of \(limits.watches) that may be watched")
            }
            return Finding(
                .problem, about,
                "\(count) directories, and only \(limits.watches) may be watched for all programs of this user",
                fix: InotifyLimits.command(raising: "max_user_watches", to: max(524_288, count * 4)))
        } catch {
            return Finding(about, error)
        }
    }

    private func directories() async throws(Failure) -> Int {
        let (root, rules) = (folder.watch.root, folder.watch.ignore)
        return try await BlockingPool.shared.run { () throws(Failure) in
            var (pending, count) = ([root], 0)
            while let directory = pending.popLast() {
                count += 1
                for entry in try DirectoryListing.entries(of: directory)
                where rules.verdict(directory: entry.name) == .watched {
                    let path = directory.appending(entry.name)
                    var kind = entry.kind
                    if kind == nil { kind = try FileStatus.at(path)?.kind }
                    if kind == .directory { pending.append(path) }
                }
            }
            return count
        }
    }

    private func output() async -> Finding {
        let output = folder.delivery.output
        let about = "\(about): output"
        do throws(Failure) {
            let system = try await BlockingPool.shared.run { () throws(Failure) in
                let place = try FileStatus.at(output) == nil ? output.removingLastComponent() : output
                try WriteTrial.run(in: place)
                return try FileSystemStatus.at(place)
            }
            let free = "\(system.availableBytes >> 20) MB free"
            guard system.availableBytes > 1 << 30 else {
                return Finding(
                    .warning, about, "only \(free) in \(Printable(output)), and the stems of a song need some 200 MB",
                    fix: "make room there, or set output: to another disk")
            }
            return Finding(
                .good, about, "\(Printable(output)) can be written and renamed in, \(free) on \(system.kind)")
        } catch {
            return Finding(about, error)
        }
    }
}
