// Sandboxmerge answers merges for the sandbox's Kubernetes emulator over stdin and stdout.
package main

import (
	"fmt"
	"os"

	"tidegate.dev/kubetools/internal/merge"
	"tidegate.dev/kubetools/internal/pipe"
)

func main() {
	merger := merge.NewMerger()
	if err := pipe.Serve(os.Stdin, os.Stdout, os.Stderr, merger.Answer, merge.Panicked); err != nil {
		fmt.Fprintln(os.Stderr, "sandboxmerge:", err)
		os.Exit(1)
	}
}
