// Package seal takes from the process what no render needs: the network, other programs, writing files.
package seal

import (
	"fmt"
	"os"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"
)

// allowed is what the Go runtime and reading files ask for. All the rest answers EPERM.
var allowed = []string{
	// memory
	"brk", "madvise", "mincore", "mmap", "mprotect", "mremap", "munmap",
	// threads, signals and time
	"arch_prctl", "clock_getres", "clock_gettime", "clock_nanosleep", "exit", "exit_group", "futex", "getcpu",
	"getegid", "geteuid", "getgid", "getpid", "getrandom", "getrlimit", "getrusage", "gettid", "gettimeofday", "getuid",
	"membarrier", "nanosleep", "prlimit64", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
	"sched_getaffinity", "sched_yield", "set_robust_list", "setitimer", "setrlimit", "sigaltstack", "timer_create",
	"timer_delete", "timer_settime", "uname",
	// reading files and the two pipes
	"access", "close", "dup3", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "faccessat",
	"faccessat2", "fcntl", "fstat", "fstatfs", "getcwd", "getdents64", "lseek", "lstat", "newfstatat", "fstatat", "pipe2", "poll",
	"ppoll", "pread64", "preadv", "read", "readlink", "readlinkat", "readv", "stat", "statx", "write", "writev",
}

const writing = unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC | unix.O_APPEND

// Process seals all threads of this process, for ever. An error means that the platform forbids filters.
func Process() error {
	known, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	names := make([]string, 0, len(allowed))
	for _, name := range allowed {
		if _, exists := known.SyscallNames[name]; exists {
			names = append(names, name)
		}
	}
	filter := seccomp.Filter{
		NoNewPrivs: true,
		Flag:       seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{
			DefaultAction: seccomp.ActionErrno,
			Syscalls: []seccomp.SyscallGroup{{
				Action: seccomp.ActionAllow,
				Names:  names,
				NamesWithCondtions: []seccomp.NameWithConditions{
					{Name: "openat", Conditions: without(2, writing)},
					// signals to our own threads, as the scheduler of Go needs
					{Name: "tgkill", Conditions: seccomp.ArgumentConditions{
						{Argument: 0, Operation: seccomp.Equal, Value: uint64(os.Getpid())}}},
					// threads, but no processes
					{Name: "clone", Conditions: seccomp.ArgumentConditions{
						{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD}}},
				},
			}},
		},
	}
	if err := seccomp.LoadFilter(filter); err != nil {
		return fmt.Errorf("seccomp: %w", err)
	}
	return nil
}

func without(argument uint32, bits uint64) seccomp.ArgumentConditions {
	return seccomp.ArgumentConditions{{Argument: argument, Operation: seccomp.BitsNotSet, Value: bits}}
}
