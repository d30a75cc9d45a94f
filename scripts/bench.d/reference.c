// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0
//
// The smallest loops that do what is measured: what stemwatch is held against. Each prints one number a line.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static int inotify = -1;

static int watch_directory(const char *path, const struct stat *status, int kind, struct FTW *where) {
    (void)status, (void)where;
    unsigned mask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;
    if (kind == FTW_D && inotify_add_watch(inotify, path, mask) < 0) fail(path);
    return 0;
}

// Watches every directory below `top`, or one file, prints "ready", then the moment of each rename into place, or of
// each write to the file.
static void watch(const char *top) {
    static char events[1 << 16] __attribute__((aligned(8)));
    struct stat status;
    inotify = inotify_init1(IN_CLOEXEC);
    if (inotify < 0) fail("inotify");
    if (stat(top, &status) != 0) fail(top);
    if (S_ISREG(status.st_mode)) {
        if (inotify_add_watch(inotify, top, IN_MODIFY) < 0) fail(top);
    } else if (nftw(top, watch_directory, 64, FTW_PHYS) != 0) fail(top);
    puts("ready");
    fflush(stdout);
    for (ssize_t length; (length = read(inotify, events, sizeof events)) > 0;) {
        double at = now();
        for (char *next = events; next < events + length;) {
            const struct inotify_event *event = (const struct inotify_event *)next;
            if (event->mask & (IN_MOVED_TO | IN_MODIFY)) printf("%.9f\n", at);
            next += sizeof *event + event->len;
        }
        fflush(stdout);
    }
}

// Appends `count` lines of 330 bytes, `group` a write, each durable before the next. Prints the seconds of each write.
static void append(const char *path, long count, long group) {
    char *lines = malloc(330 * group);
    if (!lines) fail("memory");
    memset(lines, 'x', 330 * group);
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) fail(path);
    for (long done = 0; done < count; done += group) {
        double start = now();
        if (write(file, lines, 330 * group) != 330 * group || fdatasync(file) != 0) fail(path);
        printf("%.9f\n", now() - start);
    }
}

// Decodes a file to its end with libsndfile, and writes its samples to `copies` 16-bit WAV files below `directory`.
static void decode(const char *path, const char *directory, int copies) {
    static short samples[1 << 16];
    SF_INFO info = {0};
    SNDFILE *in = sf_open(path, SFM_READ, &info), *out[8] = {0};
    if (!in || copies > 8) fail(path);
    for (int i = 0; i < copies; i++) {
        char name[PATH_MAX];
        SF_INFO copy = {.samplerate = info.samplerate, .channels = info.channels,
                        .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16};
        snprintf(name, sizeof name, "%s/%d.wav", directory, i);
        if (!(out[i] = sf_open(name, SFM_WRITE, &copy))) fail(name);
    }
    for (sf_count_t count; (count = sf_read_short(in, samples, 1 << 16)) > 0;)
        for (int i = 0; i < copies; i++)
            if (sf_write_short(out[i], samples, count) != count) fail(directory);
    for (int i = 0; i < copies; i++) sf_close(out[i]);
    sf_close(in);
}

// Writes the first `seconds` of a 16-bit WAV file in another format.
static void convert(const char *path, const char *copy, int format, double seconds) {
    static short samples[1 << 16];
    SF_INFO info = {0};
    SNDFILE *in = sf_open(path, SFM_READ, &info), *out;
    if (!in) fail(path);
    sf_count_t left = seconds * info.samplerate * info.channels;
    // Opus knows no 44.1 kHz: there the same samples are a little shorter.
    SF_INFO target = {.samplerate = (format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS ? 48000 : info.samplerate,
                      .channels = info.channels, .format = format};
    if (!(out = sf_open(copy, SFM_WRITE, &target))) fail(copy);
    while (left > 0) {
        sf_count_t count = sf_read_short(in, samples, left < 1 << 16 ? left : 1 << 16);
        if (count <= 0) break;
        if (sf_write_short(out, samples, count) != count) fail(copy);
        left -= count;
    }
    sf_close(out);
    sf_close(in);
}

int main(int count, char **words) {
    if (count == 3 && !strcmp(words[1], "watch")) watch(words[2]);
    else if (count == 5 && !strcmp(words[1], "append")) append(words[2], atol(words[3]), atol(words[4]));
    else if (count == 5 && !strcmp(words[1], "copies")) decode(words[2], words[3], atoi(words[4]));
    else if (count == 6 && !strcmp(words[1], "convert"))
        convert(words[2], words[3], strtol(words[4], NULL, 16), atof(words[5]));
    else if (count >= 2 && !strcmp(words[1], "decode"))
        for (int i = 2; i < count; i++) decode(words[i], "", 0);
    else return 2;
    return 0;
}
