// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/fs.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int clinux_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE);
}

int clinux_rename_exchange(int from_directory, const char *from, int to_directory, const char *to) {
    return renameat2(from_directory, from, to_directory, to, RENAME_EXCHANGE);
}

int clinux_clone(int to, int from) { return ioctl(to, FICLONE, from); }

ssize_t clinux_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t length) {
    return copy_file_range(from, from_offset, to, to_offset, length, 0);
}

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int clinux_take_read_lease(int descriptor) {
    // Whoever opens the file for writing while the lease is held breaks it, and the default signal for that is SIGIO, which
    // kills a process that does not handle it. SIGURG is ignored by default.
    if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
    return fcntl(descriptor, F_SETLEASE, F_RDLCK);
}
int clinux_drop_lease(int descriptor) { return fcntl(descriptor, F_SETLEASE, F_UNLCK); }

int clinux_lock_exclusive(int descriptor) { return flock(descriptor, LOCK_EX | LOCK_NB); }
int clinux_unlock(int descriptor) { return flock(descriptor, LOCK_UN); }

int clinux_filesystem_at(const char *path, struct clinux_filesystem *result) {
    struct statfs found;
    if (statfs(path, &found) != 0) return -1;
    result->magic = (int64_t)found.f_type;
    result->available_bytes = (uint64_t)found.f_bavail * (uint64_t)found.f_bsize;
    result->available_files = (uint64_t)found.f_ffree;
    result->total_bytes = (uint64_t)found.f_blocks * (uint64_t)found.f_bsize;
    result->read_only = (found.f_flags & ST_RDONLY) != 0;
    return 0;
}

int clinux_signal_on_parent_death(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

int clinux_lower_priority(int niceness, int idle_io) {
    int result = setpriority(PRIO_PROCESS, 0, niceness);
    // IOPRIO_WHO_PROCESS is 1; the class IOPRIO_CLASS_IDLE is 3, in the top three bits of sixteen.
    if (idle_io && syscall(SYS_ioprio_set, 1, 0, 3 << 13) != 0) result = -1;
    return result;
}

int clinux_limit_address_space(uint64_t bytes) {
    struct rlimit limit = {bytes, bytes};
    return setrlimit(RLIMIT_AS, &limit);
}

void clinux_reset_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
}

void clinux_ignore_sigpipe(void) { signal(SIGPIPE, SIG_IGN); }

void clinux_block_signals_in_thread(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void clinux_name_thread(const char *name) { prctl(PR_SET_NAME, name); }

void clinux_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status, (void)kind, (void)place;
    return remove(path);
}

int clinux_remove_tree(const char *path) {
    // Depth first, physical: a link is removed, never followed.
    if (nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS) == 0) return 0;
    return errno == ENOENT ? 0 : -1;
}
