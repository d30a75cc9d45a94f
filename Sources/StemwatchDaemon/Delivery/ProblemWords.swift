// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Audio
import Platform

/// A problem in the words of a person who makes music: what happened, and what to do.
struct ProblemWords {
    let what: String
    let whatToDo: String

    init(_ problem: Failure, _ kind: ProblemNote.Kind) {
        (what, whatToDo) = Self.table[problem.code] ?? Self.general(kind, problem.remedy)
    }

    private static func general(_ kind: ProblemNote.Kind, _ remedy: Remedy) -> (String, String) {
        switch kind {
        case .rejected: ("This file cannot be separated.", "Export it again as WAV or FLAC, under the same name.")
        case .held where remedy == .hold(until: .person): ("Somebody has to decide what becomes of this song.", ask)
        case .held: ("Something has to change before this song can be separated.", waits)
        case .failed: ("Separating this song failed, more than once.", ask)
        }
    }

    private static let waits = "You need not do anything: it goes on by itself as soon as it can."
    private static let ask = "Ask whoever looks after Stemwatch; the lines below tell them more."
    private static let copyAgain = "Copy or export it into the folder again, under the same name, and let that finish."

    private static let table: [FailureCode: (String, String)] = [
        .audioIncomplete: ("The file stops before the song does: copying or exporting it did not finish.", copyAgain),
        .audioBroken: ("The file is damaged and cannot be played to its end.", copyAgain),
        .audioUnsupported: (
            "This kind of audio file cannot be read here.", "Export the song as WAV or FLAC (16 or 24 bit) instead."
        ),
        .audioNotAudio: (
            "The file has the name of an audio file, but there is no audio in it.",
            "Check what you copied, and export the song as WAV or FLAC."
        ),
        .audioSilent: ("The file is silent from beginning to end.", "Check the export: was the right track soloed?"),
        .audioTooLong: ("The song is longer than is allowed here.", "Cut it into parts, or ask for a higher limit."),
        .audioTooShort: ("The file is too short to be separated.", "Check the export: was the right range selected?"),
        .audioTooLarge: ("The file is larger than is allowed here.", "Export it as FLAC, or ask for a higher limit."),
        .audioChannels: ("The file is neither mono nor stereo.", "Export a stereo mix of it."),
        .audioRate: ("The sample rate of the file is not one that is accepted here.", "Export it at 44.1 or 48 kHz."),
        .sourceUnreadable: (
            "Stemwatch is not allowed to read the file.", "Give it the permissions your other songs have."
        ),
        .sourceNotRegular: (
            "There is a link or a device in place of the song.", "Put the file itself into the folder."
        ),
        .sourceIsStem: (
            "This is one of the stems made here, and stems are not separated again.", "Take it out of the folder again."
        ),
        .sourceExisted: (
            "The file was in the folder before Stemwatch watched it, so it waits for your word.", ask
        ),
        .sourceDisposal: (
            "The stems are done, but the song could not be moved out of the folder.",
            "Close the programs that have it open. If that changes nothing, ask whoever looks after Stemwatch."
        ),
        .duplicateSkipped: (
            "The same audio was separated before, and is not separated twice.",
            "Look for the stems of the earlier file."
        ),
        .duplicateStemsMissing: (
            "The same audio was separated before, and its stems are no longer there.",
            "Put those stems back, if you have them; if not, ask whoever looks after Stemwatch."
        ),
        .minutesExhausted: ("The audio minutes for this period are used up.", waits),
        .minutesTrackTooLong: (
            "The song is longer than the minutes one song may take.", "Cut it into parts, or ask for a higher limit."
        ),
        .rateLimited: ("Too many songs came at once.", waits),
        .outputFull: ("The disk for the stems is full.", "Free some space; it then goes on by itself."),
        .outputUnwritable: ("The stems cannot be written to their folder.", ask),
        .outputName: (
            "Something in the stems' folder is in the way of this song's stems.",
            "Move it away, or rename the song or its folder."
        ),
        .backendUnavailable: ("What separates the songs cannot be reached at the moment.", waits),
        .backendTimeout: ("Separating the song took too long.", waits),
        .backendUnauthorized: ("What separates the songs refuses our access.", ask),
        .backendOutcomeUnknown: (
            "A power cut or a crash left it open whether this song was already paid for, so it waits for a decision.",
            ask
        ),
    ]
}
