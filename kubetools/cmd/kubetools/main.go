// Kubetools renders manifests with the field's own libraries, over stdin and stdout.
package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	"tidegate.dev/kubetools/internal/pipe"
	"tidegate.dev/kubetools/internal/seal"
	"tidegate.dev/kubetools/internal/verbs"
)

// version is the hash of the sources, set by the build.
var version = "unversioned"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	quieten()
	if err := seal.Process(); err != nil {
		fmt.Fprintf(os.Stderr, "kubetools: runs without its seal, this platform refuses filters: %v\n", err)
	}
	answer := verbs.Answer
	if len(os.Args) > 1 && os.Args[1] == "selftest" {
		answer = func([]byte) []byte { return seal.Report() }
	}
	if err := pipe.Serve(os.Stdin, os.Stdout, os.Stderr, answer, verbs.Panicked); err != nil {
		fmt.Fprintln(os.Stderr, "kubetools:", err)
		os.Exit(1)
	}
}

// quieten drops what the libraries say beside their errors: values can stand in it.
func quieten() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.DiscardHandler))
}
