//go:build !linux

package seal

import "errors"

// Process says that only Linux has such filters.
func Process() error { return errors.New("seccomp: only on Linux") }
