// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import SystemPackage

/// What would happen to some files if they were taken now, before a minute is spent. Limits are counted in the order of
/// the files, in which the daemon would take them. Slots and rates only delay, so they are left out.
public struct Plan: Sendable {
    struct Item: Sendable {
        enum Fate: Hashable, Sendable {
            case fits
            /// It would wait; the failure is what for.
            case held(Failure)
            /// It would not be separated; the failure is why.
            case rejected(Failure)
        }
        var path: FilePath
        var duration: AudioDuration?
        var fate: Fate
    }

    /// One file to be planned for.
    struct Candidate: Sendable {
        var path: FilePath
        var folder: FolderName
        /// Its length, or why it would not be separated.
        var examined: Result<AudioDuration, Failure>
    }

    /// In the order given.
    let items: [Item]
    /// Why directories could not be read; their files are not counted.
    var troubles: [Failure] = []
    /// Files that are held already; they are not among the items.
    var heldAlready = 0
    /// Folders in which nothing begins at the moment.
    var paused: [FolderName] = []
    /// What these files may spend together: the least of the balance, the limits of all folders, and those of their own
    /// folders; `nil`: nothing limits it.
    let balance: AudioDuration?

    /// - Parameters:
    ///   - meter: what is spent and set aside already.
    ///   - allowance: what is left at the backend; `nil`: it has no balance.
    init(
        _ candidates: some Sequence<Candidate>, budget: Budget, meter: MinuteMeter, allowance: Allowance?, now: WallTime
    ) {
        var meter = meter
        var allowance = allowance
        let folders = Set(candidates.map(\.folder))
        let lefts = folders.compactMap { budget.left(folder: $0, meter: meter, now: now) }
        let ofFolders = lefts.isEmpty || lefts.count < folders.count ? nil : lefts.reduce(.zero, +)
        balance = [allowance?.remaining, budget.left(folder: nil, meter: meter, now: now), ofFolders]
            .compactMap(\.self).min()
        items = candidates.map { candidate in
            let amount: AudioDuration
            switch candidate.examined {
            case .failure(let failure):
                return Item(path: candidate.path, duration: nil, fate: Self.fate(of: failure))
            case .success(let duration): amount = duration
            }
            let refusal =
                budget.refusal(of: amount, folder: candidate.folder, meter: meter, now: now)
                ?? allowance?.refusal(of: amount, calendar: meter.calendar, now: now)
            if let refusal { return Item(path: candidate.path, duration: amount, fate: .held(refusal)) }
            meter.add(Spending(amount: amount, at: now), folder: candidate.folder)
            if let left = allowance?.remaining { allowance?.remaining = left - amount }
            return Item(path: candidate.path, duration: amount, fate: .fits)
        }
    }

    private static func fate(of failure: Failure) -> Item.Fate {
        if case .reject = failure.remedy { .rejected(failure) } else { .held(failure) }
    }

    /// Of all files whose length is known.
    var total: AudioDuration { items.compactMap(\.duration).reduce(.zero, +) }
    var fitting: Int { items.count { $0.fate == .fits } }
    var held: Int { items.count { if case .held = $0.fate { true } else { false } } }
    var rejected: Int { items.count { if case .rejected = $0.fate { true } else { false } } }

    /// `37 files, 142.6 min, balance 120.0 min: 31 fit, 6 held`.
    var summary: String {
        let balance = balance.map { ", balance \($0.minutes)" } ?? ""
        let rejected = rejected > 0 ? ", \(rejected) rejected" : ""
        let already = heldAlready > 0 ? "; held already: \(heldAlready)" : ""
        return "\(items.count) \(items.count == 1 ? "file" : "files"), \(total.minutes)\(balance): "
            + "\(fitting) fit, \(held) held\(rejected)\(already)"
    }

    /// The summary, and a line for each file that does not fit, with the reason and what to do.
    public var text: String {
        let lines = items.compactMap { item -> String? in
            let (word, failure): (String, Failure)
            switch item.fate {
            case .fits: return nil
            case .held(let why): (word, failure) = ("held", why)
            case .rejected(let why): (word, failure) = ("rejected", why)
            }
            return "  \(Printable(item.path)): \(word), \(failure)"
        }
        let unseen = troubles.map { "  not counted: \($0)" }
        let resting = paused.map { "  folder \($0) is paused: nothing in it begins before: stemwatch resume \($0)" }
        return ([summary] + resting + lines + unseen).joined(separator: "\n")
    }
}

extension Plan: Encodable {
    private enum CodingKeys: String, CodingKey {
        case files, fit, held, rejected, paused, summary, items, troubles
        case total = "minutes_ms"
        case balance = "balance_ms"
        case heldAlready = "held_already"
    }

    /// For scripts: keys in the words of the ledger; a path that is not UTF-8 is written as people are shown it.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(items.count, forKey: .files)
        try members.encode(total.milliseconds, forKey: .total)
        try members.encode(balance?.milliseconds, forKey: .balance)
        try members.encode(fitting, forKey: .fit)
        try members.encode(held, forKey: .held)
        try members.encode(rejected, forKey: .rejected)
        try members.encode(heldAlready, forKey: .heldAlready)
        try members.encode(paused.map(\.rawValue), forKey: .paused)
        try members.encode(summary, forKey: .summary)
        try members.encode(items, forKey: .items)
        try members.encode(troubles.map(\.message), forKey: .troubles)
    }
}

extension Plan.Item: Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, state, code, message, hint
        case duration = "minutes_ms"
    }

    func encode(to encoder: any Encoder) throws {
        let (state, failure): (String, Failure?) =
            switch fate {
            case .fits: ("fits", nil)
            case .held(let why): ("held", why)
            case .rejected(let why): ("rejected", why)
            }
        var members = encoder.container(keyedBy: CodingKeys.self)
        try members.encode(
            path.withPlatformString(String.init(validatingPlatformString:)) ?? Printable(path).description,
            forKey: .path)
        try members.encodeIfPresent(duration?.milliseconds, forKey: .duration)
        try members.encode(state, forKey: .state)
        try members.encodeIfPresent(failure?.code.rawValue, forKey: .code)
        try members.encodeIfPresent(failure?.message, forKey: .message)
        try members.encodeIfPresent(failure?.hint, forKey: .hint)
    }
}
