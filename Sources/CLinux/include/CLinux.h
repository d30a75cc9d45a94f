// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

// The parts of Linux that the Glibc module does not show, or shows as macros Swift cannot read. The headers behind them
// stay in CLinux.c: included here with _GNU_SOURCE they would define libc's types anew, and clash with Glibc's.
//
// Every function returns what the call it is named after returns, with errno set on -1.

#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// renameat2(2) with RENAME_NOREPLACE: fails with EEXIST instead of replacing.
int clinux_rename_noreplace(int from_directory, const char *from, int to_directory, const char *to);
// renameat2(2) with RENAME_EXCHANGE.
int clinux_rename_exchange(int from_directory, const char *from, int to_directory, const char *to);

// ioctl_ficlone(2): shares the blocks of `from` with `to`.
int clinux_clone(int to, int from);
ssize_t clinux_copy_file_range(int from, int64_t *from_offset, int to, int64_t *to_offset, size_t length);

// eventfd(2), non-blocking and close-on-exec.
int clinux_eventfd(void);

// fcntl(2) F_SETLEASE, F_RDLCK and F_UNLCK. A break is signalled with SIGURG, which nobody needs to handle.
int clinux_take_read_lease(int descriptor);
int clinux_drop_lease(int descriptor);

// flock(2), exclusive, without waiting.
int clinux_lock_exclusive(int descriptor);
int clinux_unlock(int descriptor);

// statfs(2): what the file system is, and how much room an ordinary user has on it.
struct clinux_filesystem {
    int64_t magic;
    uint64_t available_bytes;
    uint64_t available_files;
    uint64_t total_bytes;
    int read_only;
};
int clinux_filesystem_at(const char *path, struct clinux_filesystem *result);

// prctl(2) PR_SET_PDEATHSIG: this process gets `signal` when the thread that made it ends.
int clinux_signal_on_parent_death(int signal);
// setpriority(2) and ioprio_set(2) for this process: niceness, and the idle I/O class when `idle_io`.
int clinux_lower_priority(int niceness, int idle_io);
// setrlimit(2) of this process: RLIMIT_AS in bytes.
int clinux_limit_address_space(uint64_t bytes);

// Unblocks every signal and gives each its default action: what a child needs before exec.
void clinux_reset_signals(void);
void clinux_ignore_sigpipe(void);

// Of the calling thread: blocks every signal, so that another thread handles them.
void clinux_block_signals_in_thread(void);
// prctl(2) PR_SET_NAME of the calling thread: 15 bytes are shown.
void clinux_name_thread(const char *name);

// mallopt(3) M_ARENA_MAX.
void clinux_limit_arenas(int count);

// Removes a directory and everything below it, never following a link. 0 when nothing is left.
int clinux_remove_tree(const char *path);

// fork(2) and execve(2), with what a child needs done in between. Standard input is /dev/null.
struct clinux_spawn {
    const char *program;
    char *const *arguments;
    char *const *environment;
    // Descriptor of the directory to start in; -1: this process's own.
    int directory;
    // Becomes standard output and standard error; -1: /dev/null.
    int output;
    // Becomes descriptor 3, the only other one the child gets; -1: none.
    int kept;
    // In a session, and so a process group, of its own.
    int own_session;
    // Sent to the child when the thread that made it ends; 0: none.
    int death_signal;
    int niceness;
    int idle_io;
    // RLIMIT_AS in bytes; 0: as this process's.
    uint64_t address_space;
};
// The child's process id; -1 with errno also when execve failed.
pid_t clinux_spawn(const struct clinux_spawn *wanted);

// pipe2(2), both ends close-on-exec, and reading without waiting.
int clinux_pipe(int ends[2]);

// pidfd_open(2) and pidfd_send_signal(2).
int clinux_pidfd_open(pid_t process);
int clinux_pidfd_signal(int descriptor, int signal);
// waitpid(2) without waiting: 0 while the child lives. `code` is -1 unless it exited; `signal` 0 unless one ended it.
pid_t clinux_reap(pid_t process, int *code, int *signal);
// From now on SIGTERM, SIGINT and SIGHUP make this eventfd readable, whichever thread gets them.
int clinux_catch_termination(int eventfd);

// Giving up, for good, what a process that reads hostile bytes does not need. For the only thread of a process.

// setrlimit(2), for good: bytes of address space, seconds of processor time, bytes of a file, open files, bytes of core.
enum clinux_resource {
    clinux_address_space,
    clinux_processor_seconds,
    clinux_file_bytes,
    clinux_open_files,
    clinux_core_bytes
};
int clinux_limit_resource(enum clinux_resource which, uint64_t limit);
// prctl(2) PR_SET_NO_NEW_PRIVS, and PR_SET_DUMPABLE off.
int clinux_no_new_privileges(void);
// landlock(7): the version this kernel has; -1 without it.
int clinux_landlock_version(void);
// What may be done below a directory, or with one file.
enum clinux_use {
    clinux_read,
    // Read, made, written and removed; no directories made, nothing executed.
    clinux_write,
    // The same, and directories made and removed.
    clinux_make,
    // Read and executed.
    clinux_run,
    // A device: read, written, and told what its driver understands.
    clinux_device
};
struct clinux_place {
    int descriptor;
    enum clinux_use use;
};
// From now on files can be opened only at these places: no links, no moves between directories, nothing else. Needs
// clinux_no_new_privileges.
int clinux_landlock(const struct clinux_place *places, size_t count);
// seccomp(2): no sockets, no new processes, no signals to others. What is refused fails with EPERM. Without threads either,
// and nothing is executed, unless `runs_program`. Needs clinux_no_new_privileges.
int clinux_seal(int runs_program);

// execve(2) with this process's environment, and signals as a program expects them. Returns only when it failed.
int clinux_become(const char *program, char *const *arguments);

#endif
