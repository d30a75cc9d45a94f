// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// A small program with the arguments and the output files of Demucs. The name of its model selects what it does:
///
/// - `good`: each stem is the song as it came, with progress on standard error on the way
/// - `none`, `three`, `more`: exits with 0, and with no stems, one too few, or one too many
/// - `short`, `noise`, `odd`: exits with 0 and stems that are half the song, no audio, no numbers
/// - `fails`, `greedy`: exits with 1 and a path in its last output, or when memory runs out
/// - `hangs`: shows some progress, and waits for ever
/// - `nosy`: exits with 1 and lists the forbidden operations that worked; else as `good`
public enum DemucsDouble {
    /// Makes `<directory>/bin/demucs`, with the C compiler.
    /// - Returns: the program.
    public static func make(in directory: FilePath) async throws -> FilePath {
        try directory.appending("demucs.c").write(source)
        try await Shell.run("mkdir -p bin && cc -pthread -o bin/demucs demucs.c && rm demucs.c", in: directory)
            .requireSuccess()
        return directory.appending("bin").appending("demucs")
    }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <fcntl.h>
        #include <pthread.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/mman.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/wait.h>
        #include <unistd.h>

        extern char **environ;
        static const char *const stems[] = {"drums", "bass", "other", "vocals"};
        static char *song;
        static size_t length;

        static void fail(const char *what) { perror(what), exit(3); }

        static void bar(int percent) { fprintf(stderr, "\r%3d%%|####      | 1.0/9.0 [00:01<00:02, 3.36seconds/s]", percent); }

        static void write_stem(const char *folder, const char *name, const char *model) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s.wav", folder, name);
            FILE *file = fopen(path, "w");
            if (!file) fail(path);
            size_t count = length;
            if (!strcmp(model, "short")) count = length / 2;
            if (!strcmp(model, "odd")) memset(song + length - 64, 0xFF, 64);
            if (!strcmp(model, "noise")) fputs("no audio at all", file);
            else if (fwrite(song, 1, count, file) != count) fail(path);
            if (fclose(file)) fail(path);
        }

        static int can_open(const char *path, int flags) {
            int file = open(path, flags, 0600);
            if (file >= 0) close(file);
            return file >= 0;
        }
        static int can_connect(void) {
            int made = socket(AF_INET, SOCK_STREAM, 0);
            if (made < 0) return 0;
            struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            connect(made, (struct sockaddr *)&address, sizeof address);
            close(made);
            return 1;
        }
        static int can_fork(void) {
            pid_t child = fork();
            if (child == 0) _exit(0);
            if (child > 0) waitpid(child, NULL, 0);
            return child > 0;
        }
        static int can_leave_its_group(void) { return setpgid(0, 0) == 0 || setsid() > 0; }
        static int knows_too_much(void) {
            static const char *const given[] = {"HOME", "TMPDIR", "USER", "LANG", "PATH", "HF_HUB_OFFLINE", "PYTHONDONTWRITEBYTECODE",
                "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "XDG_CACHE_HOME"};
            int strangers = 0;
            for (char **entry = environ; *entry; entry++) {
                int known = 0;
                for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
                    size_t count = strlen(given[i]);
                    if (!strncmp(*entry, given[i], count) && (*entry)[count] == '=') known = 1;
                }
                strangers += !known;
            }
            return strangers > 0;
        }
        static void *nothing(void *given) { return given; }
        static int found = 0;
        static void tell(int worked, const char *what) {
            if (worked) fprintf(stderr, "%s%s", found++ ? ", " : "could ", what);
        }
        static int nosy(const char *self, const char *input) {
            // Beside its installation: <directory>/program/bin/demucs.
            char path[4096];
            char folder[4000];
            snprintf(folder, sizeof folder, "%s", self);
            for (int i = 0; i < 3; i++) *strrchr(folder, '/') = 0;
            snprintf(path, sizeof path, "%s/secret", folder);
            tell(can_open(path, O_RDONLY), "read a secret");
            tell(can_open(folder, O_RDONLY | O_DIRECTORY), "list outside");
            snprintf(path, sizeof path, "%s/new", folder);
            tell(can_open(path, O_WRONLY | O_CREAT), "write outside");
            snprintf(path, sizeof path, "%s/program/new", folder);
            tell(can_open(path, O_WRONLY | O_CREAT), "write into its installation");
            tell(can_open(input, O_WRONLY), "write the song");
            tell(can_open("/etc/passwd", O_RDONLY), "read /etc");
            snprintf(path, sizeof path, "/proc/%d/cmdline", getppid());
            tell(can_open(path, O_RDONLY), "look at its parent");
            tell(can_connect(), "reach a network");
            tell(can_fork(), "make a process");
            tell(can_leave_its_group(), "leave its group");
            tell(kill(getppid(), 0) == 0, "signal its parent");
            tell(symlink("/etc/passwd", "link") == 0, "make a link");
            tell(memfd_create("x", 0) >= 0, "make memory files");
            tell(knows_too_much(), "read our environment");
            if (found) fputc('\n', stderr);
            pthread_t thread;
            if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL)) fputs("cannot have threads\n", stderr), found++;
            if (mkdir("tmp/mine", 0700) || rmdir("tmp/mine")) perror("tmp/mine"), found++;
            return found;
        }

        int main(int count, char **arguments) {
            const char *model = "", *output = "", *naming = "", *input = arguments[count - 1];
            for (int i = 1; i + 1 < count; i++) {
                if (!strcmp(arguments[i], "-n")) model = arguments[i + 1];
                if (!strcmp(arguments[i], "-o")) output = arguments[i + 1];
                if (!strcmp(arguments[i], "--filename")) naming = arguments[i + 1];
            }
            if (strcmp(naming, "{stem}.{ext}")) return 2;
            if (!strcmp(model, "none")) return fputs("File mix.wav does not exist.\n", stderr), 0;
            if (!strcmp(model, "fails")) return fputs("Traceback\nLoadAudioError: /home/ada/song.wav is bad\n", stderr), 1;
            if (!strcmp(model, "nosy") && nosy(arguments[0], input)) return 1;
            for (int taken = 0; !strcmp(model, "greedy"); taken += 256)
                if (mmap(NULL, 1 << 28, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
                    return fprintf(stderr, "MemoryError after %d MiB\n", taken), 1;
            FILE *file = fopen(input, "r");
            if (!file) return fprintf(stderr, "File %s does not exist.\n", input), 0;
            song = malloc(1 << 28);
            length = fread(song, 1, 1 << 28, file);
            bar(0), bar(50);
            if (!strcmp(model, "hangs")) pause();
            bar(100);
            char folder[4096];
            snprintf(folder, sizeof folder, "%s/%s", output, model);
            if (mkdir(output, 0700) || mkdir(folder, 0700)) fail(folder);
            for (int i = 0; i < 4; i++)
                if (i || strcmp(model, "three")) write_stem(folder, stems[i], model);
            if (!strcmp(model, "more")) write_stem(folder, "guitar", model);
            return 0;
        }
        """#
}
