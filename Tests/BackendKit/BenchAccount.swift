// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Platform
public import SystemPackage

/// An account at a service that really runs, and what the service knows of it.
public protocol BenchAccount: Sendable {
    var url: String { get }
    /// The certificate of whoever signed the service's; `nil`: it is reached without one.
    var authority: FilePath? { get }
    var token: Secret { get }
    /// Jobs that were made, however often they were asked for.
    func submissions() async throws -> Int
    /// What was charged, in milliseconds of audio, a job at a time.
    func charges() async throws -> [Int64]
    /// What is reserved, in milliseconds of audio.
    func reserved() async throws -> Int64
    /// Uploads and stems that are still there.
    func held() async throws -> Int
}
