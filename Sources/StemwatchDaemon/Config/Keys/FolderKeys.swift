// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform
import Settings
import SystemPackage

/// The keys of one watched folder.
enum FolderKeys {
    static let all = own + shared

    /// The keys of a folder alone.
    static let own: [ConfigurationKey<FolderConfiguration>] = [
        .init(
            "path", .absolutePath, \.watch.root, isRequired: true,
            "The folder to watch, with all folders below it. Never created: when it is missing, this folder waits."),
        .init("name", .folder, \.watch.folder, "What logs and commands call it. The last part of path if left out."),
        .init(
            "output", .absolutePath, \.delivery.output,
            """
            Where the stems go: <output>/<folders below path>/<track name>/<stem>.wav. path with -stems after it if \
            left out.
            """
        ),
    ]

    /// The keys that `defaults` has too, for all folders.
    static let shared: [ConfigurationKey<FolderConfiguration>] = separation + watching + intake + delivery

    private static let separation: [ConfigurationKey<FolderConfiguration>] = [
        .init("backend", .backend, \.backend, "What separates its tracks: builtin, or a name below backends."),
        .init(
            "stems", ValueForm<StemName>.stem.list("a list of stems", example: "[vocals, drums]").optional, \.stems,
            "The stems wanted, such as [vocals, other]. null: all that the backend makes."),
        .init("format", .choice("a format"), \.delivery.format, "wav or flac."),
        .init(
            "duplicates", .choice("what to do with duplicates"), \.duplicates,
            """
            What happens to audio that was separated before, with the same settings, whatever its file is called now:
            reuse its stems at no cost, skip it, or process it again.
            """),
        .init(
            "existing_files", ValueForm<ExistingPolicy>.choice("what to do with existing files").optional, \.existing,
            """
            What happens to files that were there before the folder was first watched: take, hold (until stemwatch retry)
            or ignore. null: take where the backend is free, hold where it costs something.
            """),
        .init(
            "limits", group: LimitKeys.all, \.limits,
            "Minutes of audio for this folder alone; those of all folders hold as well."),
    ]

    private static let watching: [ConfigurationKey<FolderConfiguration>] = [
        .init(
            "watch", .choice("a way of watching"), \.watch.mode,
            "auto, inotify or poll. auto polls where events do not arrive: network file systems, or no watches left."),
        .init(
            "poll_interval", .duration(.milliseconds(100) ... .seconds(3600)), \.watch.pollInterval,
            "How often a polled folder is looked at."),
        .init(
            "rescan", .duration(.seconds(1) ... .seconds(7 * 86_400)), \.watch.rescanInterval,
            "How often everything is looked at even where events arrive, in case one was missed."),
        .init(
            "settle", .duration(.zero ... .seconds(3600)), \.settling.settle,
            """
            How long a file must have been quiet before it counts as whole. A finished file renamed into place does \
            not wait.
            """
        ),
        .init(
            "settle_polled", .duration(.zero ... .seconds(3600)), \.settling.settlePolled,
            "The same, where the folder is polled."),
        .init(
            "incomplete_after", .duration(.zero ... .seconds(30 * 86_400)), \.settling.incompleteAfter,
            "A file that is shorter than its own header says is waited for; rejected after being quiet this long."),
        .init(
            "marker", ValueForm<FilePath>.relativePath(example: ".mounted").optional, \.watch.marker,
            """
            A file below path, such as .mounted, that must be there. While it is not, the folder counts as not \
            mounted.
            """
        ),
        .init(
            "ignore", ValueForm<String>.pattern.list("a list of patterns", example: "[\"*.bak\", Drafts]"),
            \.ignoring,
            """
            Names of files and folders to pass over, as patterns such as "*.bak" (in quotes) or Drafts, added to those
            that are always passed over: hidden files, unfinished downloads, what NAS systems and audio programs leave.
            """),
        .init(
            "extensions", ValueForm<String>.fileExtension.list("a list of extensions", example: "[wav, flac]"),
            \.extensions,
            "The file names that are looked at, by their endings."),
    ]

    private static let intake: [ConfigurationKey<FolderConfiguration>] = [
        .init("max_size", .size(1...1 << 50), \.intake.maximumSize, "Larger files are rejected."),
        .init(
            "max_duration", .audioLength(1...30 * 86_400_000), \.intake.maximumDuration, "Longer tracks are rejected."),
        .init("min_duration", .audioLength(0...86_400_000), \.intake.minimumDuration, "Shorter tracks are rejected."),
        .init("max_channels", .count(1...64), \.intake.maximumChannels, "Tracks with more channels are rejected."),
    ]

    private static let delivery: [ConfigurationKey<FolderConfiguration>] = [
        .init(
            "source", .choice("what to do with the source"), \.delivery.sourceChoice,
            "What happens to the source once its stems are on disk: keep, move (to move_to) or delete."),
        .init(
            "move_to", ValueForm<FilePath>.absolutePath.optional, \.delivery.moveTarget,
            "With source: move, the folder to move it to, under its path below the watched folder."),
        .init(
            "group", ValueForm<String>.text("a group", example: "users").optional, \.delivery.group,
            "The group of what is delivered, by name or number. null: that of the output folder."),
        .init(
            "mode", ValueForm<UInt16>.mode.optional, \.delivery.mode,
            """
            The permissions of delivered files, such as \"0664\"; folders get their search bits. null: as the umask \
            says.
            """
        ),
        .init(
            "problem_notes", .flag, \.delivery.problemNotes,
            "Whether a track that cannot be separated leaves <track>.problem.txt in the output folder, with the reason."
        ),
    ]
}

/// The keys of a minute budget.
enum LimitKeys {
    static let all: [ConfigurationKey<MinuteLimits>] = [
        .init(
            "minutes_per_day", ValueForm<AudioDuration>.minutes.optional, \.perDay,
            "Minutes of audio a day, such as 120. null: no limit."),
        .init(
            "minutes_per_month", ValueForm<AudioDuration>.minutes.optional, \.perMonth,
            "Minutes of audio a calendar month."),
        .init(
            "minutes_per_track", ValueForm<AudioDuration>.minutes.optional, \.perTrack,
            "Minutes that one track may have; a longer one is held."),
    ]
}

/// The keys of the retry policy.
enum RetryKeys {
    static let all: [ConfigurationKey<RetryPolicy>] = [
        .init(
            "first", .duration(.milliseconds(1) ... .seconds(86_400)), \.first,
            "The wait before the second attempt; it doubles with each one after."),
        .init(
            "ceiling", .duration(.milliseconds(1) ... .seconds(7 * 86_400)), \.ceiling,
            "The longest wait between two attempts."),
        .init(
            "give_up_after", .duration(.milliseconds(1) ... .seconds(365 * 86_400)), \.giveUpAfter,
            "A job that has failed for this long is given up; stemwatch retry starts it again."),
    ]
}
