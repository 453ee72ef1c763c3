// Package fault holds errors as values: what a verb answers instead of objects.
package fault

import (
	"errors"
	"fmt"
)

// Kind says whose move it is.
type Kind string

const (
	// Render: the user's manifests cannot be made; an edit by a person helps.
	Render Kind = "render"
	// Invalid: the request itself cannot be read.
	Invalid Kind = "invalid"
	// Internal: a bug of ours or of a library.
	Internal Kind = "internal"
	// Extract: an object of the checkout is missing or damaged; fetching it again may help.
	Extract Kind = "extract"
)

// Error is an error with its Kind.
type Error struct {
	Kind    Kind   `json:"kind"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// Renderf makes a Render error.
func Renderf(format string, args ...any) error { return newError(Render, format, args...) }

// Invalidf makes an Invalid error.
func Invalidf(format string, args ...any) error { return newError(Invalid, format, args...) }

// Internalf makes an Internal error.
func Internalf(format string, args ...any) error { return newError(Internal, format, args...) }

func newError(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Of returns err as an *Error. What a library says without a kind of its own is about the user's files.
func Of(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return &Error{Kind: known.Kind, Message: err.Error()}
	}
	return &Error{Kind: Render, Message: err.Error()}
}

// Extractf makes an Extract error.
func Extractf(format string, args ...any) error { return newError(Extract, format, args...) }
