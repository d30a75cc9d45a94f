// Copyright (c) 2026 the Stemwatch authors
// SPDX-License-Identifier: Apache-2.0

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

// Numbers that are the same on every architecture, and newer than some headers.
#define NUMBER_pidfd_send_signal 424
#define NUMBER_io_uring_setup 425
#define NUMBER_io_uring_enter 426
#define NUMBER_io_uring_register 427
#define NUMBER_open_tree 428
#define NUMBER_move_mount 429
#define NUMBER_fsopen 430
#define NUMBER_pidfd_open 434
#define NUMBER_clone3 435
#define NUMBER_pidfd_getfd 438
#define NUMBER_process_madvise 440
#define NUMBER_mount_setattr 442

int clinux_limit_resource(enum clinux_resource which, uint64_t limit) {
    static const int resources[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_CORE};
    struct rlimit both = {limit, limit};
    // Between the two of processor time the process is told why it ends, by SIGXCPU.
    if (which == clinux_processor_seconds) both.rlim_max += 5;
    return setrlimit(resources[which], &both);
}

int clinux_no_new_privileges(void) {
    // Nobody may read its memory through /proc, and it leaves no core.
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return -1;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int clinux_landlock_version(void) {
    return (int)syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
}

static uint64_t rights(enum clinux_use use, int version) {
    uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    uint64_t writing = reading | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG
                       | LANDLOCK_ACCESS_FS_REMOVE_FILE | (version >= 3 ? 1ull << 14 : 0);
    switch (use) {
    case clinux_read: return reading;
    case clinux_write: return writing;
    case clinux_make: return writing | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR;
    case clinux_run: return reading | LANDLOCK_ACCESS_FS_EXECUTE;
    case clinux_device:
        return LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | (version >= 5 ? 1ull << 15 : 0);
    }
    return 0;
}

static int allow(int rules, const struct clinux_place *place, int version) {
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = rights(place->use, version), .parent_fd = place->descriptor};
    struct stat status;
    if (fstat(place->descriptor, &status) != 0) return -1;
    // What is about the entries of a directory is refused for a file.
    if (!S_ISDIR(status.st_mode))
        beneath.allowed_access &= LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE
                                  | LANDLOCK_ACCESS_FS_WRITE_FILE | 1ull << 14 | 1ull << 15;
    return (int)syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0u);
}

int clinux_landlock(const struct clinux_place *places, size_t count) {
    int version = clinux_landlock_version();
    if (version < 1) return -1;
    // Bits by version: landlock(7). TRUNCATE came with 3, IOCTL_DEV with 5; the header may be older than the kernel.
    uint64_t handled = (1ull << 13) - 1;
    if (version >= 2) handled |= 1ull << 13;
    if (version >= 3) handled |= 1ull << 14;
    if (version >= 5) handled |= 1ull << 15;
    // The fields of version 6: files, TCP ports, and what reaches other processes (abstract sockets, signals).
    struct {
        uint64_t files, ports, scoped;
    } attributes = {handled, version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
    size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0u);
    if (rules < 0) return -1;
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++) result = allow(rules, &places[i], version);
    if (result == 0) result = (int)syscall(SYS_landlock_restrict_self, rules, 0u);
    int why = errno;
    close(rules);
    errno = why;
    return result;
}

#define DENY(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), REFUSE
#define REFUSE BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))

int clinux_seal(int runs_program) {
#ifdef THIS_ARCHITECTURE
    // Decided before anything else when a program is to be executed: it may become another one, and have threads.
    static const struct sock_filter program_first[] = {
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
        ALLOW,
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
        ALLOW,
        REFUSE,
    };
    const struct sock_filter start[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
#ifdef __x86_64__
        // The x32 numbers, which would pass by those below.
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
#endif
    };
    const struct sock_filter rest[] = {
#ifdef __x86_64__
        DENY(SYS_fork),
        DENY(SYS_vfork),
        DENY(SYS_creat),
        DENY(SYS_symlink),
        DENY(SYS_link),
        DENY(SYS_mknod),
#endif
        // The network, and every other way to talk to somebody.
        DENY(SYS_socket), DENY(SYS_socketpair), DENY(SYS_connect), DENY(SYS_bind), DENY(SYS_listen), DENY(SYS_accept),
        DENY(SYS_accept4), DENY(SYS_sendto), DENY(SYS_sendmsg), DENY(SYS_sendmmsg), DENY(SYS_recvfrom),
        DENY(SYS_recvmsg), DENY(SYS_recvmmsg), DENY(SYS_shmget), DENY(SYS_shmat), DENY(SYS_shmctl), DENY(SYS_semget),
        DENY(SYS_msgget), DENY(SYS_mq_open), DENY(NUMBER_io_uring_setup), DENY(NUMBER_io_uring_enter),
        DENY(NUMBER_io_uring_register),
        // Other processes, and new ones.
        DENY(SYS_clone), DENY(SYS_execve), DENY(SYS_execveat), DENY(SYS_kill), DENY(SYS_tkill),
        DENY(SYS_rt_sigqueueinfo), DENY(SYS_rt_tgsigqueueinfo), DENY(SYS_ptrace), DENY(SYS_process_vm_readv),
        DENY(SYS_process_vm_writev), DENY(SYS_kcmp), DENY(NUMBER_pidfd_open), DENY(NUMBER_pidfd_send_signal),
        DENY(NUMBER_pidfd_getfd), DENY(NUMBER_process_madvise), DENY(SYS_setpriority), DENY(SYS_sched_setaffinity),
        DENY(SYS_sched_setscheduler), DENY(SYS_sched_setattr), DENY(SYS_setpgid), DENY(SYS_setsid),
        // The system, and the kernel's less walked paths.
        DENY(SYS_mount), DENY(SYS_umount2), DENY(SYS_pivot_root), DENY(SYS_chroot), DENY(SYS_unshare), DENY(SYS_setns),
        DENY(NUMBER_open_tree), DENY(NUMBER_move_mount), DENY(NUMBER_fsopen), DENY(NUMBER_mount_setattr),
        DENY(SYS_bpf), DENY(SYS_perf_event_open), DENY(SYS_userfaultfd), DENY(SYS_add_key), DENY(SYS_request_key),
        DENY(SYS_keyctl), DENY(SYS_init_module), DENY(SYS_finit_module), DENY(SYS_kexec_load), DENY(SYS_reboot),
        DENY(SYS_swapon), DENY(SYS_open_by_handle_at), DENY(SYS_memfd_create), DENY(SYS_personality),
        DENY(SYS_symlinkat), DENY(SYS_linkat), DENY(SYS_mknodat), DENY(SYS_inotify_init1), DENY(SYS_fanotify_init),
        // As a kernel that does not know it would say: libraries then fall back to clone.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NUMBER_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (ENOSYS & SECCOMP_RET_DATA)),
        // getrlimit(3) asks about itself; nobody else's limits are touched.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 3),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
        REFUSE,
        // abort(3) signals itself; nobody else may be.
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_tgkill, 0, 3),
        LOAD(args[0]),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)getpid(), 1, 0),
        REFUSE,
        ALLOW,
    };
    struct sock_filter filter[sizeof start / sizeof *start + sizeof program_first / sizeof *program_first
                              + sizeof rest / sizeof *rest];
    unsigned short length = 0;
#define APPEND(part) memcpy(filter + length, part, sizeof part), length += sizeof part / sizeof *part
    APPEND(start);
    if (runs_program) APPEND(program_first);
    APPEND(rest);
    struct sock_fprog program = {length, filter};
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
#else
    errno = ENOSYS;
    return -1;
#endif
}
