// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
public import SystemPackage

/// The file system that a path is on.
public struct FileSystemStatus: Hashable, Sendable {
    /// As `mount` names it (`ext4` and its elders are all `ext4`), or the magic number in hexadecimal.
    public var kind: String
    /// Whether other machines can change it. This kernel then sends no events for their changes, and its leases do not
    /// see their writers.
    public var isRemote: Bool
    /// Bytes that an ordinary user can still write.
    public var availableBytes: UInt64
    public var totalBytes: UInt64
    public var readOnly: Bool
    /// The device number of what stands at the path: the same for two paths that `rename` can connect, save for bind
    /// mounts.
    public var device: UInt64

    /// - Throws: when nothing is at `path`, or it cannot be asked.
    public static func at(_ path: FilePath) throws(Failure) -> FileSystemStatus {
        var found = clinux_filesystem()
        guard path.withPlatformString({ clinux_filesystem_at($0, &found) }) == 0 else {
            throw Failure(.current, "asking for the file system of", path)
        }
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { throw Failure(.current, "looking at", path) }
        let (kind, isRemote) = kind(magic: UInt32(truncatingIfNeeded: found.magic))
        return FileSystemStatus(
            kind: kind, isRemote: isRemote,
            availableBytes: found.available_bytes, totalBytes: found.total_bytes, readOnly: found.read_only != 0,
            device: UInt64(status.st_dev))
    }

    /// What a magic number of statfs(2) stands for: ``kind`` and ``isRemote``.
    public static func kind(magic: UInt32) -> (name: String, isRemote: Bool) {
        kinds[magic] ?? ("0x" + String(magic, radix: 16), false)
    }

    /// statfs(2), linux/magic.h. FUSE counts as remote because most FUSE file systems are (sshfs, rclone, virtiofs,
    /// desktop binds of container engines). A local one loses only a little time by being polled.
    private static let kinds: [UInt32: (name: String, isRemote: Bool)] = [
        0x6969: ("nfs", true), 0xFF53_4D42: ("cifs", true), 0x517B: ("smb", true), 0xFE53_4D42: ("smb2", true),
        0x6573_5546: ("fuse", true), 0x0102_1997: ("9p", true), 0x5346_414F: ("afs", true), 0x00C3_6400: ("ceph", true),
        0x7375_7245: ("coda", true), 0x564C: ("ncp", true), 0x0116_1970: ("gfs2", true), 0x7461_636F: ("ocfs2", true),
        0x0BD0_0BD0: ("lustre", true), 0x786F_4256: ("vboxsf", true), 0xBACB_ACBC: ("hgfs", true),
        0x4750_4653: ("gpfs", true),
        0xEF53: ("ext4", false), 0x0102_1994: ("tmpfs", false), 0x9123_683E: ("btrfs", false),
        0x5846_5342: ("xfs", false), 0x2FC1_2FC1: ("zfs", false), 0x794C_7630: ("overlay", false),
        0xF2F5_2010: ("f2fs", false), 0x2011_BAB0: ("exfat", false), 0x4D44: ("vfat", false),
        0x5346_544E: ("ntfs", false), 0x7366_746E: ("ntfs3", false), 0xF15F: ("ecryptfs", false),
        0xCA45_1A4E: ("bcachefs", false), 0x8584_58F6: ("ramfs", false), 0x9660: ("iso9660", false),
        0x7371_7368: ("squashfs", false),
    ]
}
