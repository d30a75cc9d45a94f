// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Where deliveries may be written, and where not.
@Suite struct OutputFolderTests {
    let scene: DeliveryScene

    init() throws { scene = try DeliveryScene() }

    @Test func `it is made when only it is missing, and never its parent`() async throws {
        var scene = scene
        scene.settings.output = scene.directory("disk/stems")
        let error = await failure { try await scene.delivery().stage(DeliveryScene.job(1)) }
        #expect(error?.code == .outputUnwritable && error?.remedy == .hold(until: .surroundings))
        #expect(try FileStatus.at(scene.directory("disk")) == nil)
        try DurableFiles.makeDirectory(scene.directory("disk"))
        _ = try await scene.delivery().stage(DeliveryScene.job(1))
    }

    /// An unmounted disk must not count as an empty one.
    @Test func `it is not made while the watched folder is missing too`() async throws {
        try DurableFiles.removeTree(scene.inbox)
        let error = await failure { try await scene.delivery().stage(DeliveryScene.job(1)) }
        #expect(error?.code == .outputUnwritable)
        #expect(try FileStatus.at(scene.output) == nil)
    }

    @Test func `a file in its place is reported, and kept`() async throws {
        try scene.output.write("x")
        let error = await failure { try await scene.delivery().stage(DeliveryScene.job(1)) }
        #expect(error?.code == .outputUnwritable)
        #expect(try scene.output.bytes() == Array("x".utf8))
    }

    @Test(.enabled(if: !FileSystem.isRoot)) func `a folder that may not be written holds the job`() async throws {
        try DurableFiles.makeDirectory(scene.output)
        try FileSystem.setMode(0o555, of: scene.output)
        let error = await failure { try await scene.delivery().stage(DeliveryScene.job(1)) }
        #expect(error?.code == .outputUnwritable && error?.remedy == .hold(until: .surroundings))
    }

    /// Each of these links, in the path of a delivery, would lead out of the output folder.
    @Test(arguments: [".stemwatch", "Artist", "Artist/Album"])
    func `a link on the way is not followed`(name: String) async throws {
        let outside = scene.directory("outside")
        try DurableFiles.makeDirectory(outside)
        try DurableFiles.makeDirectories(scene.output.appending("Artist"))
        let place = scene.output.appending(name)
        if name == "Artist" { try DurableFiles.removeTree(place) }
        try FileSystem.link(to: outside, at: place)
        let error = await failure { try await scene.deliver(scene.order(1, "Artist/Album/song.wav")) }
        #expect(error?.code == .outputName && error?.remedy == .hold(until: .surroundings))
        #expect(try scene.files(below: outside) == [""])
        try FileSystem.remove(place)
        _ = try await scene.deliver(scene.order(1, "Artist/Album/song.wav"))
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("Artist/Album/song"))
    }

    @Test func `a link in place of a job's staging is replaced, not followed`() async throws {
        let outside = scene.directory("outside")
        try DurableFiles.makeDirectories(outside.appending("fetched"))
        try outside.appending("fetched/precious").write("x")
        try DurableFiles.makeDirectories(scene.output.appending(".stemwatch"))
        let link = scene.output.appending(".stemwatch/\(DeliveryScene.job(1))")
        try FileSystem.link(to: outside, at: link)
        let error = await failure { try await scene.deliver(scene.order()) }
        #expect(error?.code == .outputName)
        #expect(try scene.files(below: outside) == ["fetched/precious"])
        try await scene.delivery().sweep(keeping: [])
        _ = try await scene.deliver(scene.order())
        #expect(try scene.files(below: scene.output) == DeliveryScene.whole("song"))
        #expect(try scene.files(below: outside) == ["fetched/precious"])
    }

    @Test func `a file where a directory must be is reported`() async throws {
        try DurableFiles.makeDirectory(scene.output)
        try scene.output.appending("Artist").write("mine")
        let error = await failure { try await scene.deliver(scene.order(1, "Artist/song.wav")) }
        #expect(error?.code == .outputName && error?.hint != nil)
    }

    /// Other users of a share must be able to read and enter what is delivered.
    @Test func `the mode applies to everything that is made, with search bits for directories`() async throws {
        var scene = scene
        scene.settings.mode = 0o640
        let receipt = try await scene.deliver(scene.order(1, "Artist/song.wav"))
        for path in ["Artist", "Artist/song"] {
            #expect(try FileStatus.at(scene.output.appending(path))?.mode == 0o750)
        }
        for file in ["vocals.wav", "stems.json"] {
            #expect(try FileStatus.at(receipt.delivered.output.appending(file))?.mode == 0o640)
        }
    }

    @Test func `without a mode, files get the umask's mode, whatever the backend set`() async throws {
        var order = try scene.order()
        order.stems = scene.fetch(into: try await scene.delivery().stage(order.job))
        for stem in order.stems { try FileSystem.setMode(0o600, of: stem.file) }
        let folder = try await scene.delivery().deliver(order, at: WallTime(milliseconds: 3)).delivered.output
        let expected = try FileStatus.at(folder).map { $0.mode & 0o666 }
        #expect(try FileStatus.at(folder.appending("vocals.wav"))?.mode == expected)
        #expect(try FileStatus.at(folder.appending("stems.json"))?.mode == expected)
    }

    /// With set-group-ID the kernel lets new directories inherit the group; otherwise the daemon sets it.
    @Test(.enabled(if: FileSystem.isRoot), arguments: [(0o2775, 0o2755), (0o775, 0o755)] as [(UInt32, UInt32)])
    func `the group is the output folder's, or the configured one`(mode: UInt32, made: UInt32) async throws {
        var scene = scene
        try DurableFiles.makeDirectory(scene.output)
        try FileSystem.setGroup(4711, of: scene.output)
        try FileSystem.setMode(mode, of: scene.output)
        _ = try await scene.deliver(scene.order(1, "Artist/song.wav"))
        scene.settings.group = "4712"
        _ = try await scene.deliver(scene.order(2, "Other/song.wav"))
        for (folder, group) in [("Artist", UInt32(4711)), ("Other", 4712)] {
            for path in ["", "/song", "/song/vocals.wav", "/song/stems.json"] {
                #expect(try FileStatus.at(scene.output.appending(folder + path))?.gid == group, "\(folder)\(path)")
            }
            #expect(try FileStatus.at(scene.output.appending(folder)).map { UInt32($0.mode) } == made)
        }
    }

    @Test func `a group that cannot be set is a warning, once`() async throws {
        var scene = scene
        scene.settings.group = "no such group"
        let receipt = try await scene.deliver(scene.order())
        #expect(receipt.warnings == ["the group no such group is not known on this system"])
        let json = try JSONValue(parsing: receipt.delivered.output.appending("stems.json").bytes())
        #expect(json["warnings"]?.array?.count == 1)
    }
}
