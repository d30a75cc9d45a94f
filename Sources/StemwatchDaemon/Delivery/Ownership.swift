// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// Sets group and mode of what is made in an output folder. What cannot be set is a warning, never a failure.
struct Ownership {
    private let group: UInt32?
    private let mode: UInt32?
    /// For files where no mode is configured: what the umask left of a directory that was just made, without its search
    /// bits. A backend may have written its files for itself only.
    private var inherited: UInt32?
    /// Each is there once, however many files it concerns.
    private(set) var warnings: [String] = []

    /// - Parameter output: whose group is inherited when none is configured.
    init(_ settings: DeliverySettings, output: borrowing OpenDirectory) throws(Failure) {
        mode = settings.mode.map(UInt32.init)
        if let name = settings.group {
            group = Permissions.group(name)
            if group == nil { warnings.append("the group \(Printable(name)) is not known on this system") }
        } else {
            group = try FileStatus.of(output.descriptor).gid
        }
    }

    mutating func apply(toFile descriptor: FileDescriptor) { apply(mode ?? inherited, to: descriptor) }

    /// From now on files get the mode that the umask gave to `directory`, which was just made.
    mutating func inherit(from directory: borrowing OpenDirectory) throws(Failure) {
        inherited = UInt32(try FileStatus.of(directory.descriptor).mode) & 0o666
    }

    /// Directories get a search bit beside each read bit, and are never closed to their owner: more is delivered into
    /// them.
    mutating func apply(toDirectory directory: borrowing OpenDirectory) {
        apply(mode.map { 0o700 | $0 | ($0 & 0o444) >> 2 }, to: directory.descriptor)
    }

    private mutating func apply(_ mode: UInt32?, to descriptor: FileDescriptor) {
        if let group, let error = Permissions.setGroup(group, of: descriptor) {
            warn("the group could not be set to \(group): \(error)")
        }
        if let mode, let error = Permissions.setMode(mode, of: descriptor) {
            warn("the mode could not be set to 0\(String(mode, radix: 8)): \(error)")
        }
    }

    private mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }
}
