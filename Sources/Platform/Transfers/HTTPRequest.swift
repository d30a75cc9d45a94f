// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// One request to a service over the network.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable { case get = "GET", post = "POST", put = "PUT", delete = "DELETE" }

    public enum Body: Sendable {
        case none
        case bytes([UInt8], type: String)
        case upload(UploadBody)
    }

    /// Where the body of a successful response goes. Any other body is kept in memory, up to ``memoryLimit``.
    public enum Sink: Sendable {
        case memory
        case file(DownloadFile)
    }

    public var method: Method
    public var url: ServiceURL
    /// Names in any case. Values without control characters.
    public var headers: [(name: String, value: Secret)] = []
    public var body: Body = .none
    public var sink: Sink = .memory
    /// The most bytes of a response that are kept in memory; more is a failure.
    public var memoryLimit = 1 << 20
    public var limits = TransferLimits()
    /// The trusted certificate authorities: a file of PEM certificates; `nil`: the system's.
    public var caFile: FilePath?
    /// Called on the transfers' thread, at the beginning, every ``progressInterval`` at most, and at the end: bytes of
    /// the body sent, and of the response received.
    public var progress: (@Sendable (_ sent: Int64, _ received: Int64) -> Void)?

    public static let progressInterval: Duration = .milliseconds(200)

    public init(_ method: Method, _ url: ServiceURL) {
        self.method = method
        self.url = url
    }

    public mutating func set(_ name: String, _ value: String) { headers.append((name, Secret(value))) }
}

/// How long a transfer may take, and how fast it may go.
public struct TransferLimits: Hashable, Sendable {
    /// To connect, TLS included.
    public var connect: Duration = .seconds(20)
    /// Ends a transfer in which no byte was sent or received for so long; whole seconds. `nil`: only ``overall`` does.
    public var stall: Duration? = .seconds(30)
    /// Ends a transfer that takes longer in all. `nil`: it may take as long as bytes move.
    public var overall: Duration?
    /// Bytes a second; `nil`: no limit.
    public var uploadRate: Int64?
    public init() {}
}

/// A response of a service, of any status.
public struct HTTPAnswer: Sendable {
    public let status: Int
    public let headers: HTTPHeaders
    /// Empty where it went into a file.
    public let body: [UInt8]
    /// Whether it came over HTTP/2, which is used with every service that offers it over TLS.
    public let isHTTP2: Bool
}

/// The header fields of a response, up to 16 KiB and 100 lines; the rest is ignored.
public struct HTTPHeaders: Sendable {
    private var fields: [(name: String, value: String)] = []
    private var bytes = 0

    public init() {}

    /// The value of the first field of that name, given in lower case.
    public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Takes a line as it came.
    public mutating func add(line: some Collection<UInt8>) {
        bytes += line.count
        guard bytes <= 16 << 10, fields.count < 100, let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let value = Self.trimmed(line[line.index(after: colon)...])
        fields.append((name, Printable(bytes: value, limit: 4096).description))
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 || byte == 10 }
        return Array(Array(bytes.drop(while: isBlank)).reversed().drop(while: isBlank).reversed())
    }
}
