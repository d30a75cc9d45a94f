// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

/// The header fields of a response that control when to send the next request.
public enum HTTPTiming {
    /// The longest wait that is accepted from a service: an hour.
    public static let longest: Duration = .seconds(3600)

    /// `Retry-After`, in seconds or as a date, between nothing and ``longest``; `nil` for what is neither.
    public static func retryAfter(_ value: String, now: WallTime) -> Duration? {
        let text = value.filter { $0 != " " || value.contains(",") }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            // More digits than fit are more than the bound.
            return Int64(text).map { min(.seconds($0), longest) } ?? longest
        }
        guard let date = date(value) else { return nil }
        return min(max(.zero, date.since(now)), longest)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of RFC 9110 that is still written.
    static func date(_ text: String) -> WallTime? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[0].hasSuffix(","), words[5] == "GMT", let day = Int64(words[1]), day >= 1,
            day <= 31,
            let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3]),
            (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = WallTime.dayNumber(year, Int64(month + 1), day)
        return WallTime(milliseconds: (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// What is left of one quota.
    public struct Quota: Hashable, Sendable {
        public let name: String
        /// Requests.
        public let remaining: Int64
        /// Until it is full again.
        public let reset: Duration
    }

    /// `RateLimit: "account";r=299;t=1, "address";r=5;t=60`. Ignores what it cannot parse; ten quotas at most.
    public static func quotas(_ value: String) -> [Quota] {
        value.split(separator: ",").prefix(10).compactMap { item in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let name = parts.first, name.count >= 2, name.first == "\"", name.last == "\"" else { return nil }
            func parameter(_ key: String) -> Int64? {
                parts.dropFirst().first { $0.hasPrefix(key + "=") }.flatMap { Int64($0.dropFirst(key.count + 1)) }
            }
            guard let remaining = parameter("r"), remaining >= 0 else { return nil }
            let reset = min(max(0, parameter("t") ?? 0), longest.components.seconds)
            return Quota(name: String(name.dropFirst().dropLast()), remaining: remaining, reset: .seconds(reset))
        }
    }
}
