package pipe_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/pipe"
)

func TestAFrameComesBackAsItWasWritten(t *testing.T) {
	var wire bytes.Buffer
	for _, body := range []string{"", "a", strings.Repeat("x", 1<<17)} {
		if err := pipe.WriteFrame(&wire, []byte(body)); err != nil {
			t.Fatal(err)
		}
		if read, err := pipe.ReadFrame(&wire); err != nil || string(read) != body {
			t.Errorf("wrote %d bytes, read %d, %v", len(body), len(read), err)
		}
	}
	if _, err := pipe.ReadFrame(&wire); !errors.Is(err, io.EOF) {
		t.Errorf("at the end: %v", err)
	}
}

func TestABrokenFrameIsAnError(t *testing.T) {
	for _, wire := range []string{"\x00\x00", "\x00\x00\x00\x05abc", "\xff\xff\xff\xff"} {
		if _, err := pipe.ReadFrame(strings.NewReader(wire)); err == nil || errors.Is(err, io.EOF) && len(wire) > 4 {
			t.Errorf("%q: %v", wire, err)
		}
	}
}

func TestAPanicIsAnAnswerAndTheNextQuestionIsServed(t *testing.T) {
	var in, out, log bytes.Buffer
	for _, question := range []string{"bad", "good"} {
		if err := pipe.WriteFrame(&in, []byte(question)); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(question []byte) []byte {
		if string(question) == "bad" {
			panic("no!")
		}
		return question
	}
	if err := pipe.Serve(&in, &out, &log, answer, func(text string) []byte { return []byte("panicked: " + text) }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"panicked: no!", "good"} {
		if got, err := pipe.ReadFrame(&out); err != nil || string(got) != want {
			t.Errorf("got %q %v, want %q", got, err, want)
		}
	}
	if !strings.Contains(log.String(), "pipe_test.go") {
		t.Errorf("the log has no trace: %q", log.String())
	}
}
