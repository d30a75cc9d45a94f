// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// One named stretch of a chunked file.
struct Chunk: Hashable, Sendable {
    let name: [UInt8]
    /// Of its content in the file.
    let start: Int64
    /// Bytes of content, as declared.
    let size: Int64
    /// Where its content ends, as declared; saturated.
    var end: Int64 { start.addingReportingOverflow(size).overflow ? .max : start + size }

    func isCalled(_ name: String) -> Bool { self.name.starts(with: name.utf8) }
}

/// How the chunks of a family of formats are laid out.
struct ChunkLayout: Sendable {
    /// Bytes of the header before each content.
    let header: Int
    /// Every chunk starts at a multiple of this.
    let alignment: Int64
    /// Name and content size of a header of ``header`` bytes.
    let parse: @Sendable ([UInt8]) -> (name: [UInt8], size: Int64)

    /// The chunks from `offset` to the end of the file or the first that does not end within it.
    ///
    /// - Parameter corrected: gives the true size of a chunk whose header has no room for it.
    /// - Returns: the chunks, and the offset behind the last; `nil` there when the walk met something that is not a
    ///   chunk. The walk stops after ten thousand chunks: no honest program writes so many.
    func walk(
        _ source: ByteSource, from offset: Int64, corrected: (_ name: [UInt8], _ size: Int64) -> Int64 = { $1 }
    ) -> (chunks: [Chunk], end: Int64?) {
        var chunks: [Chunk] = []
        var offset = offset
        while offset < source.length {
            // A pad byte that some writers add where their format has none.
            if offset == source.length - 1, !chunks.isEmpty { break }
            let head = source.bytes(at: offset, count: header)
            guard head.count == header, chunks.count < 10_000 else { return (chunks, nil) }
            let (name, size) = parse(head)
            guard name.prefix(4).allSatisfy({ 0x20...0x7E ~= $0 }), size >= 0 else { return (chunks, nil) }
            let chunk = Chunk(name: name, start: offset + Int64(header), size: corrected(name, size))
            chunks.append(chunk)
            guard chunk.end <= source.length else { return (chunks, chunk.end) }
            offset = (chunk.end + alignment - 1) / alignment * alignment
        }
        return (chunks, offset)
    }
}
