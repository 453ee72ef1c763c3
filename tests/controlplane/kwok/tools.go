//go:build tools

// Package tools pins kwok, which plays the nodes of the test control plane; nothing is imported at run time.
package tools

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
