// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import Logging

/// A swift-log handler that writes each event as one line to a ``LogOutput``.
///
/// Its level is the output's, so that one switch at run time reaches every logger, until a logger is given its own.
public struct LineLogHandler: LogHandler {
    private let output: LogOutput
    private var ownLevel: Logger.Level?
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    public init(_ output: LogOutput) { self.output = output }

    public var logLevel: Logger.Level {
        get { ownLevel ?? output.level }
        set { ownLevel = newValue }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        var text = LogLine.text(message: event.message.description, metadata: all)
        if let error = event.error { text += " error=" + LogLine.value("\(error)") }
        output.write(level: event.level, text)
    }
}
