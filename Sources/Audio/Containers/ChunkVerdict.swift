// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The judgement that all chunked formats share: is the audio there, and does the file end where its chunks do?
///
/// Many honest files have odd sizes: recorders that crashed and programs that write into a pipe leave 0 or the highest
/// number there; others miscount by a pad byte. Those are not incomplete, only unproven, with a warning.
struct ChunkVerdict {
    var completeness = Completeness.unproven
    var warnings: [String] = []
    /// The audio goes on to the end of the file, though its declared size is 0.
    private(set) var isUndeclared = false

    /// The number of missing bytes that is tolerated.
    private static let few: Int64 = 16

    /// - Parameters:
    ///   - audio: the chunk with the samples; `nil` when the walk met none.
    ///   - walk: what ``ChunkLayout/walk(_:from:corrected:)`` gave.
    ///   - outer: where the file ends according to its outermost size; `nil` when it has none.
    init(audio: Chunk?, walk: (chunks: [Chunk], end: Int64?), outer: Int64?, length: Int64) {
        guard let audio else {
            // Cut off within the headers.
            let declared = max(walk.chunks.last?.end ?? 0, outer.flatMap { Self.isPlaceholder($0) ? nil : $0 } ?? 0)
            if declared > length + Self.few {
                completeness = .missing(declared, length)
            } else if walk.chunks.isEmpty {
                completeness = .missing(length + 1, length)
            }
            return
        }
        // An honest size of 0 is followed by chunks, up to the end of the file.
        if audio.size == 0, audio.start < length, walk.end.map({ $0 > length + 1 }) ?? true {
            isUndeclared = true
            warnings.append("its header was never finished: it declares no audio")
        } else if audio.end > length, Self.isPlaceholder(audio.size) {
            warnings.append("its header was never finished: it declares no length")
        } else if audio.end > length + Self.few {
            completeness = .missing(audio.end, length)
        } else if audio.end > length {
            warnings.append("its header declares \(audio.end - length) bytes more than there are")
        } else if let end = walk.end, end > length + 1 {
            warnings.append("something behind its audio is cut off")
        } else if walk.end == nil {
            warnings.append("something behind its audio is not of its format")
        } else if let outer, abs(outer - length) > 1 {
            warnings.append("its header declares \(outer) bytes in all, and it has \(length)")
        } else {
            completeness = .complete
        }
    }

    /// Sizes left by writers that cannot seek back: the highest number of 32 or 31 bits, or a little less, and -1.
    private static func isPlaceholder(_ size: Int64) -> Bool {
        size >= .max - 65_536 || (0xFFFF_0000...0x1_0000_0010).contains(size)
            || (0x7FFF_0000...0x8000_0010).contains(size)
    }
}
