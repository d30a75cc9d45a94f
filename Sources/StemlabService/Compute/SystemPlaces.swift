// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The places of the system that any program needs, and that hold no secrets: not `/etc`, not `/proc` as a whole.
enum SystemPlaces {
    private static let programs: [FilePath] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
    private static let files: [FilePath] = [
        "/etc/ld.so.cache", "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system",
        // Public certificates: Hugging Face's client does not even look into its cache without any.
        "/etc/ssl/openssl.cnf", "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/etc/ca-certificates",
    ]
    private static let devices: [FilePath] = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"]

    /// Those that are there.
    static func all() throws(Failure) -> [Sandbox.Place] {
        // Debian's Python reads a part of itself there.
        let python = try DirectoryListing.entries(of: "/etc").filter { $0.name.string.hasPrefix("python3") }
            .map { FilePath("/etc").appending($0.name) }
        return there(programs, .run) + there(files + python, .read) + there(devices, .device)
    }

    /// The devices of graphics cards that CUDA uses.
    static func graphics() throws(Failure) -> [Sandbox.Place] {
        let devices = try DirectoryListing.entries(of: "/dev").filter { $0.name.string.hasPrefix("nvidia") }
            .map { FilePath("/dev").appending($0.name) }
        return there(devices, .device) + there(["/proc/driver/nvidia", "/sys/bus/pci", "/sys/devices"], .read)
    }

    private static func there(_ paths: [FilePath], _ use: Sandbox.Use) -> [Sandbox.Place] {
        Set(paths.compactMap(\.resolved)).map { Sandbox.Place($0, use) }
    }
}
