// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

@testable import StemwatchDaemon

/// Lesson 24: our own stems are never taken as input.
@Suite struct OwnStemsTests {
    let scene: DeliveryScene

    init() throws { scene = try DeliveryScene() }

    @Test func `stems are known by the stems.json beside them, wherever the folder goes`() async throws {
        let folder = try await scene.deliver(scene.order()).delivered.output
        #expect(try OwnStems.job(of: folder.appending("vocals.wav")) == DeliveryScene.job(1))
        try FileSystem.rename(folder, to: scene.inbox.appending("back again"))
        let back = scene.inbox.appending("back again")
        #expect(try OwnStems.job(of: back.appending("vocals.wav")) == DeliveryScene.job(1))
        #expect(try OwnStems.job(of: back.appending("stems.json")) == nil)
        #expect(try OwnStems.job(of: scene.inbox.appending("song.wav")) == nil)
        #expect(try OwnStems.job(of: back.appending("nothing.wav")) == nil)
    }

    @Test func `another song in a stem's place is a song`() async throws {
        let folder = try await scene.deliver(scene.order()).delivered.output
        try folder.appending("vocals.wav").append([0, 0])
        #expect(try OwnStems.job(of: folder.appending("vocals.wav")) == nil)
        try folder.appending("remix.wav").write("x")
        #expect(try OwnStems.job(of: folder.appending("remix.wav")) == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"stems":[{"file":"a.wav","bytes":1}]}"#,
        #"{"made_by":"another","job":"01JD0000000000000000001001","stems":[]}"#,
        #"{"made_by":"stemwatch","job":"no job","stems":[]}"#,
        #"{"made_by":"stemwatch","job":"01JD0000000000000000001001","stems":[{"name":"vocals","file":"../a.wav","bytes":1}]}"#,
    ])
    func `a stems.json that is not ours claims nothing`(text: String) throws {
        try scene.inbox.appending("a.wav").write("x")
        try scene.inbox.appending("stems.json").write(text)
        #expect(try OwnStems.job(of: scene.inbox.appending("a.wav")) == nil)
    }

    @Test func `a link or a giant called stems.json claims nothing`() async throws {
        let folder = try await scene.deliver(scene.order()).delivered.output
        let manifest = folder.appending("stems.json")
        try FileSystem.rename(manifest, to: scene.directory("elsewhere.json"))
        try FileSystem.link(to: scene.directory("elsewhere.json"), at: manifest)
        #expect(try OwnStems.job(of: folder.appending("vocals.wav")) == nil)
        try FileSystem.remove(manifest)
        try FileSystem.rename(scene.directory("elsewhere.json"), to: manifest)
        #expect(try OwnStems.job(of: folder.appending("vocals.wav")) != nil)
        manifest.truncate(to: 20 << 30)
        #expect(try OwnStems.job(of: folder.appending("vocals.wav")) == nil)
    }
}
