// swift-tools-version: 6.2
// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "stemwatch",
    products: [
        .executable(name: "stemwatch", targets: ["stemwatch"]),
        .executable(name: "stemlab", targets: ["stemlab"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // The traits switched off here are the ones that would link the whole of Foundation (and ICU with it).
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        // C libraries, as thin as a header can be.
        .target(name: "CLinux", cSettings: [.define("_GNU_SOURCE")]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(name: "CMpg123", pkgConfig: "libmpg123", providers: [.apt(["libmpg123-dev"])]),
        // Without pkg-config, whose flags SwiftPM refuses with a warning; the header's default is what they say.
        .systemLibrary(name: "CKissFFT", providers: [.apt(["libkissfft-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        .target(
            name: "Platform",
            dependencies: [
                "CLinux", "CCurl", "CYAML",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Audio",
            dependencies: [
                "Platform", "CSndFile", "CMpg123", "CKissFFT",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            // Signal processing: without optimisation its tests would take minutes.
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]
        ),
        .target(
            name: "Settings",
            dependencies: [
                "Platform", "Audio",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "StemwatchDaemon",
            dependencies: [
                "Platform", "Audio", "Settings", "StemlabAPI",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Collections", package: "swift-collections"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "stemwatch",
            dependencies: [
                "Platform", "Audio", "Settings", "StemlabAPI", "StemwatchDaemon",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        .target(name: "StemlabAPI", dependencies: ["Platform"], swiftSettings: strict),
        .target(
            name: "StemlabService",
            dependencies: [
                "Platform", "Audio", "Settings", "StemlabAPI",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "stemlab",
            dependencies: [
                "Platform", "Audio", "Settings", "StemlabAPI", "StemlabService",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),

        .target(
            name: "TestKit",
            dependencies: [
                "CLinux", "CSndFile", "Platform", "Audio",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
        .target(
            name: "BackendKit",
            dependencies: [
                "Platform", "Audio", "StemwatchDaemon", "TestKit",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/BackendKit",
            swiftSettings: strict
        ),
        // For scripts/bench.
        .executableTarget(
            name: "instant-service",
            dependencies: [
                "Platform", "Audio", "StemlabService",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/InstantService",
            swiftSettings: strict
        ),
        .testTarget(
            name: "PlatformTests",
            dependencies: ["Platform", "TestKit", "CLinux", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .testTarget(name: "AudioTests", dependencies: ["Audio", "TestKit"], swiftSettings: strict),
        .testTarget(
            name: "StemwatchDaemonTests",
            dependencies: ["stemwatch", "StemwatchDaemon", "StemlabAPI", "Settings", "TestKit", "BackendKit"],
            swiftSettings: strict),
        .testTarget(
            name: "StemlabServiceTests", dependencies: ["stemlab", "StemlabService", "StemlabAPI", "TestKit"],
            swiftSettings: strict),
        // The one place where daemon and service meet in a process.
        .testTarget(
            name: "JointTests",
            dependencies: [
                "stemwatch", "stemlab", "StemwatchDaemon", "StemlabService", "BackendKit", "TestKit",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "Stories", dependencies: ["stemwatch", "stemlab", "TestKit"], exclude: ["Fixtures"],
            swiftSettings: strict),
    ]
)
