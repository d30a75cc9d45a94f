// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Glibc
public import SystemPackage

/// The kernel's number for one watched directory, within one ``Inotify``. Never used again after the watch is gone.
public struct WatchDescriptor: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }
}

/// What to report, and what happened; the names are those of inotify(7).
public struct InotifyMask: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A file that was open for writing was closed, even by the death of its writer.
    public static let closeWrite = Self(rawValue: UInt32(IN_CLOSE_WRITE))
    public static let movedFrom = Self(rawValue: UInt32(IN_MOVED_FROM))
    public static let movedTo = Self(rawValue: UInt32(IN_MOVED_TO))
    /// Also the only event of a new hard link, and of a new directory.
    public static let create = Self(rawValue: UInt32(IN_CREATE))
    public static let delete = Self(rawValue: UInt32(IN_DELETE))
    public static let deleteSelf = Self(rawValue: UInt32(IN_DELETE_SELF))
    public static let moveSelf = Self(rawValue: UInt32(IN_MOVE_SELF))

    /// With ``Inotify/add(_:_:)``: refuse what is no directory; follow no link; be silent about files that have no name
    /// any more.
    public static let onlyDirectory = Self(rawValue: UInt32(IN_ONLYDIR))
    public static let dontFollow = Self(rawValue: UInt32(IN_DONT_FOLLOW))
    public static let excludeUnlinked = Self(rawValue: UInt32(IN_EXCL_UNLINK))

    /// The subject is a directory.
    public static let isDirectory = Self(rawValue: UInt32(IN_ISDIR))
    /// The watch is gone: removed, or its directory was deleted or unmounted.
    public static let ignored = Self(rawValue: UInt32(IN_IGNORED))
    public static let unmount = Self(rawValue: UInt32(IN_UNMOUNT))
    /// Events of any watch were lost: scan everything again.
    public static let overflow = Self(rawValue: UInt32(IN_Q_OVERFLOW))
}

/// One event. It is a hint: by the time it is read, the file may have changed again.
public struct InotifyEvent: Hashable, Sendable {
    /// Of no watch (-1) for ``InotifyMask/overflow``.
    public var watch: WatchDescriptor
    public var mask: InotifyMask
    /// Connects the two halves of a rename; 0 for all else.
    public var cookie: UInt32
    /// Inside the watched directory; `nil` for events about the directory itself.
    public var name: FilePath.Component?
}

/// Events in the order they happened, kept as the kernel's bytes and decoded one at a time.
public struct InotifyBatch: Sequence, IteratorProtocol, Sendable {
    private var bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The next event; `nil` after the last.
    public mutating func next() -> InotifyEvent? {
        guard offset < bytes.count else { return nil }
        return bytes.withUnsafeBytes { all in
            let header = all.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let nameStart = offset + Self.headerSize
            offset = nameStart + Int(header.len)
            // The name is padded with at least one zero byte.
            let name =
                header.len == 0
                ? nil
                : FilePath.Component(
                    platformString: (all.baseAddress! + nameStart).assumingMemoryBound(to: CChar.self))
            return InotifyEvent(
                watch: WatchDescriptor(rawValue: header.wd), mask: InotifyMask(rawValue: header.mask),
                cookie: header.cookie, name: name)
        }
    }

    static let headerSize = MemoryLayout<inotify_event>.size

    /// The record that the kernel writes when its own queue is full.
    static let overflowRecord: [UInt8] = {
        var record = inotify_event()
        record.wd = -1
        record.mask = UInt32(IN_Q_OVERFLOW)
        return withUnsafeBytes(of: record) { Array($0) }
    }()
}
