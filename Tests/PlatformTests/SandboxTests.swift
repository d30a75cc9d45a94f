// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

import Platform
import SystemPackage
import TestKit
import Testing

/// The threat model's "a file that breaks a decoder": what code in a confined process can still do.
@Suite struct SandboxTests {
    /// Tries each operation before and after it is confined. Fails unless each forbidden one worked before and does not
    /// work after. A program of its own: the one that runs the tests has threads, and must not be confined.
    private static let probe = #"""
        #include "CLinux.h"
        #include <errno.h>
        #include <fcntl.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/prctl.h>
        #include <sys/ptrace.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/wait.h>
        #include <unistd.h>

        static int worked(int result) { return result >= 0; }
        static int can_open(const char *path, int flags) {
            int file = open(path, flags, 0600);
            if (file >= 0) close(file);
            return worked(file);
        }
        static int can_run(void) {
            pid_t child = fork();
            if (child == 0) _exit(0);
            if (child > 0) waitpid(child, NULL, 0);
            return worked(child);
        }
        static int can_socket(int family) {
            int made = socket(family, SOCK_STREAM, 0);
            if (made >= 0) close(made);
            return worked(made);
        }
        static int can_pair(void) {
            int ends[2];
            return worked(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
        }
        static int can_link(void) {
            unlink("out/link");
            return worked(symlink("/etc/passwd", "out/link"));
        }
        static int can_move_out(void) {
            close(open("out/mine", O_CREAT | O_WRONLY, 0600));
            return worked(rename("out/mine", "mine"));
        }
        static int can_limit_others(void) {
            struct rlimit limit;
            return worked(prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit));
        }
        static const char *const words[] = {
            "read a file of the system", "read outside", "write outside", "write the input", "list outside", "open a device",
            "make a link", "move a file out", "make an IPv4 socket", "make a local socket", "make a pair", "fork",
            "signal the parent", "change others' limits", "make memory files"};
        enum { count = sizeof words / sizeof *words };

        static void attempt(int result[count]) {
            int i = 0;
            result[i++] = can_open("/etc/passwd", O_RDONLY);
            result[i++] = can_open("secret", O_RDONLY);
            result[i++] = can_open("new", O_CREAT | O_WRONLY);
            result[i++] = can_open("in/upload", O_WRONLY);
            result[i++] = can_open("..", O_RDONLY | O_DIRECTORY);
            result[i++] = can_open("/dev/null", O_RDWR);
            result[i++] = can_link();
            result[i++] = can_move_out();
            result[i++] = can_socket(AF_INET);
            result[i++] = can_socket(AF_UNIX);
            result[i++] = can_pair();
            result[i++] = can_run();
            result[i++] = worked(kill(getppid(), 0));
            result[i++] = can_limit_others();
            result[i++] = worked(memfd_create("x", 0));
        }

        int main(void) {
            int before[count], after[count], failed = 0;
            attempt(before);
            int in = open("in", O_RDONLY | O_DIRECTORY), out = open("out", O_RDONLY | O_DIRECTORY);
            struct clinux_place places[] = {{in, clinux_read}, {out, clinux_write}};
            if (clinux_no_new_privileges() || clinux_landlock(places, 2) || clinux_seal(0)) return 2;
            attempt(after);
            for (int i = 0; i < count; i++) {
                if (!before[i]) failed = 1, fprintf(stderr, "could not even before: %s\n", words[i]);
                if (after[i]) failed = 1, fprintf(stderr, "still can: %s\n", words[i]);
            }
            execl("/bin/true", "true", NULL);
            if (errno != EPERM && errno != EACCES) failed = 1, fprintf(stderr, "still can: exec (%s)\n", strerror(errno));
            if (!can_open("in/upload", O_RDONLY)) failed = 1, fprintf(stderr, "cannot: read the input\n");
            if (!can_open("out/stem", O_CREAT | O_WRONLY)) failed = 1, fprintf(stderr, "cannot: write a stem\n");
            if (rename("out/stem", "out/vocals.wav")) failed = 1, fprintf(stderr, "cannot: name a stem\n");
            if (unlink("out/vocals.wav")) failed = 1, fprintf(stderr, "cannot: remove a stem\n");
            return failed;
        }
        """#

    @Test(.enabled(if: Sandbox.confinesFiles, "this kernel has no Landlock"))
    func `Threat: a confined process reaches no file, no network and no process but its own`() async throws {
        let directory = TemporaryDirectory()
        let sources = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("Sources").appending("CLinux")
        try directory("probe.c").write(Self.probe)
        for name in ["room", "room/in", "room/out"] { try DurableFiles.makeDirectory(directory(name)) }
        try directory("room/secret").write("a secret")
        try directory("room/in/upload").write("a song")
        try await Shell.run(
            "cc -D_GNU_SOURCE -I \"$1/include\" -o probe probe.c \"$1/Sandbox.c\"", [sources], in: directory.path
        ).requireSuccess()
        try await Shell.run("exec \"$1\"", [directory("probe")], in: directory("room")).requireSuccess()
    }

    @Test func `a process with threads does not count as confined`() {
        let sandbox = Sandbox(
            places: [.init("/tmp", .write)], addressSpace: 1 << 40, processorTime: 1 << 20, fileSize: 1 << 40)
        #expect(throws: Failure.self) { try sandbox.enter() }
    }
}
