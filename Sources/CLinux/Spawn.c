// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Between fork and exec only async-signal-safe calls are allowed: the parent has threads.
static void become(const struct clinux_spawn *wanted, pid_t parent, int report) {
    if (wanted->own_session) setsid();
    if (wanted->death_signal != 0) {
        if (clinux_signal_on_parent_death(wanted->death_signal) != 0) goto failed;
        // The parent may have died before the line above.
        if (getppid() != parent) _exit(127);
    }
    clinux_reset_signals();
    // A priority that cannot be lowered (a seccomp filter, an odd kernel) is no reason not to work.
    if (wanted->niceness != 0 || wanted->idle_io) clinux_lower_priority(wanted->niceness, wanted->idle_io);
    if (wanted->address_space != 0 && clinux_limit_address_space(wanted->address_space) != 0) goto failed;
    if (wanted->directory >= 0 && fchdir(wanted->directory) != 0) goto failed;

    // Out of the way of 0…3 first, since any of them may be a number we are about to replace.
    report = fcntl(report, F_DUPFD_CLOEXEC, 10);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    nothing = fcntl(nothing, F_DUPFD_CLOEXEC, 10);
    int output = fcntl(wanted->output >= 0 ? wanted->output : nothing, F_DUPFD_CLOEXEC, 10);
    int kept = wanted->kept >= 0 ? fcntl(wanted->kept, F_DUPFD_CLOEXEC, 10) : -1;
    if (report < 0 || nothing < 0 || output < 0 || (wanted->kept >= 0 && kept < 0)) goto failed;
    if (dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0) goto failed;
    if (kept >= 0 && dup2(kept, 3) < 0) goto failed;
    // CLOSE_RANGE_CLOEXEC is 4. Everything here is opened close-on-exec; this is for what a library forgot.
    syscall(SYS_close_range, kept >= 0 ? 4u : 3u, ~0u, 4u);

    execve(wanted->program, wanted->arguments, wanted->environment);
failed:;
    int why = errno;
    // The pipe is empty, so four bytes go in whole; if even that fails the parent sees exit status 127.
    ssize_t told = write(report, &why, sizeof why);
    (void)told;
    _exit(127);
}

pid_t clinux_spawn(const struct clinux_spawn *wanted) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) != 0) return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become(wanted, parent, report[1]);
    int why = errno;
    close(report[1]);
    if (child < 0) {
        close(report[0]);
        errno = why;
        return -1;
    }
    // Closed without a word: exec succeeded.
    ssize_t heard;
    do heard = read(report[0], &why, sizeof why);
    while (heard < 0 && errno == EINTR);
    close(report[0]);
    if (heard != sizeof why) return child;
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    errno = why;
    return -1;
}

int clinux_become(const char *program, char *const *arguments) {
    // What is ignored or blocked stays so over execve.
    clinux_reset_signals();
    return execve(program, arguments, environ);
}

int clinux_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int clinux_pidfd_open(pid_t process) { return (int)syscall(SYS_pidfd_open, process, 0u); }
int clinux_pidfd_signal(int descriptor, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0u);
}

pid_t clinux_reap(pid_t process, int *code, int *signal) {
    int status = 0;
    pid_t found;
    do found = waitpid(process, &status, WNOHANG);
    while (found < 0 && errno == EINTR);
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return found;
}

static volatile sig_atomic_t termination_descriptor = -1;

static void on_termination(int number) {
    (void)number;
    int kept = errno;
    uint64_t one = 1;
    // An eventfd takes eight bytes whole, or is already readable.
    ssize_t told = write(termination_descriptor, &one, sizeof one);
    (void)told;
    errno = kept;
}

int clinux_catch_termination(int descriptor) {
    termination_descriptor = descriptor;
    struct sigaction action = {.sa_handler = on_termination, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    return sigaction(SIGTERM, &action, NULL) | sigaction(SIGINT, &action, NULL) | sigaction(SIGHUP, &action, NULL);
}
