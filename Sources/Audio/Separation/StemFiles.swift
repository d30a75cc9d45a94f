// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage

/// The files of the stems while they are written. They have hidden names, which watchers ignore, until all are
/// complete.
struct StemFiles {
    private let stems: [Stem]
    private let integers: Bool

    private struct Stem {
        let writer: AudioWriter
        let temporary: FilePath
        let path: FilePath
    }

    /// - Parameters:
    ///   - directory: exists; holds none of the files to come.
    ///   - frames: how many will come at most, where that is known.
    /// - Throws: with nothing left behind.
    init(
        _ names: [StemName], in directory: FilePath, as container: AudioContainer, format: AudioFormat,
        expecting frames: Int64?
    ) throws(Failure) {
        if case .integer = format.samples { integers = true } else { integers = false }
        let paths = names.map { directory.appending("\($0).\(container.fileExtension)") }
        for path in paths where try FileStatus.at(path) != nil { throw .standsInTheWay(path) }
        var stems: [Stem] = []
        do throws(Failure) {
            for (name, path) in zip(names, paths) {
                let temporary = directory.appending(".stemwatch-\(name).\(container.fileExtension).tmp")
                // Of a run that was killed.
                try DurableFiles.removeTree(temporary)
                let writer = try AudioWriter(temporary, format: format, container: container, expecting: frames)
                stems.append(Stem(writer: writer, temporary: temporary, path: path))
            }
        } catch {
            for stem in stems { try? DurableFiles.removeTree(stem.temporary) }
            throw error
        }
        self.stems = stems
    }

    /// Appends interleaved samples, full scale ±1, to the stem at `index`. For integer formats they must be on its
    /// grid.
    func write(_ samples: UnsafeBufferPointer<Double>, to index: Int) throws(Failure) {
        let writer = stems[index].writer
        guard integers else { return try writer.write(samples) }
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: samples.count) { (buffer) throws(Failure) in
            for i in samples.indices { buffer[i] = Int32(samples[i] * 0x1p31) }
            try writer.write(UnsafeBufferPointer(buffer))
        }
    }

    /// Ends the files and gives them their names.
    /// - Returns: their paths, in the order of the stems.
    /// - Throws: when some of them may already have their names; ``discard()`` handles that.
    func publish() throws(Failure) -> [FilePath] {
        for stem in stems { try stem.writer.finish() }
        var published: [FilePath] = []
        do throws(Failure) {
            for stem in stems {
                guard try DurableFiles.renameWithoutReplacing(stem.temporary, stem.path) else {
                    throw .standsInTheWay(stem.path)
                }
                published.append(stem.path)
            }
        } catch {
            for path in published { try? DurableFiles.removeTree(path) }
            throw error
        }
        return published
    }

    /// Removes what has not been published.
    func discard() throws(Failure) {
        for stem in stems { try DurableFiles.removeTree(stem.temporary) }
    }
}

extension Failure {
    fileprivate static func standsInTheWay(_ path: FilePath) -> Self {
        Failure(
            .outputName, "\(Printable(path)) is there already, and nothing is overwritten",
            hint: "move it away, or choose another output directory", remedy: .hold(until: .person))
    }
}
