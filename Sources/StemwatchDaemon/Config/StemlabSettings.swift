// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Audio
public import Platform
public import SystemPackage

/// A stemlab service, and how it is used.
public struct StemlabSettings: Hashable, Sendable {
    /// Where its API begins, without `/v1`.
    public var url: ServiceURL
    /// The file with the token; `nil`: where `stemwatch login` puts it.
    public var tokenFile: FilePath?
    /// Names what it separates with; part of the settings key.
    public var model = Self.defaultModel
    /// The stems asked for, in order.
    public var stems = StemName.standard
    /// How stems come back.
    public var transferFormat = AudioContainer.wav
    /// It promises stems that sum to the mix.
    public var sumsToMix = false
    /// Kilobits a second; `nil`: as fast as it goes.
    public var uploadKilobits: Int?
    /// PEM certificates of a private authority; `nil`: the system's.
    public var caFile: FilePath?
    /// A transfer in which nothing moves for so long is cut off, and tried again.
    public var stall = Self.defaultStall

    static let defaultModel = "stemlab"
    static let defaultStall: Duration = .seconds(30)

    public init(url: ServiceURL) { self.url = url }

    /// The file with the token: as configured, or below `stateDirectory`, named for the service.
    public func tokenFile(stateDirectory: FilePath) -> FilePath {
        tokenFile ?? Self.tokenFile(of: url, stateDirectory: stateDirectory)
    }

    /// The file with the token for a service unless the configuration names another.
    public static func tokenFile(of service: ServiceURL, stateDirectory: FilePath) -> FilePath {
        let name = "\(service)".drop { $0 != "/" }.dropFirst(2)
        let plain = String(name.map { $0.isLetter || $0.isNumber || ".-".contains($0) ? $0 : "_" })
        return stateDirectory.appending("tokens").appending(plain)
    }

    var limits: TransferLimits {
        var limits = TransferLimits()
        limits.stall = stall
        limits.uploadRate = uploadKilobits.map { Int64($0) * 1000 / 8 }
        return limits
    }
}
