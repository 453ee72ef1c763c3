package pipe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
)

// Handler answers one question. It gives errors as part of the answer.
type Handler func(question []byte) []byte

// Serve answers until the peer closes the pipe. A panic of the handler becomes the answer that
// `onPanic` makes of its text; the trace is for the log.
func Serve(in io.Reader, out io.Writer, log io.Writer, answer Handler, onPanic func(text string) []byte) error {
	reader, writer := bufio.NewReader(in), bufio.NewWriter(out)
	for {
		question, err := ReadFrame(reader)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := WriteFrame(writer, guarded(answer, onPanic, log, question)); err != nil {
			return err
		}
		if err := writer.Flush(); err != nil {
			return err
		}
	}
}

func guarded(answer Handler, onPanic func(string) []byte, log io.Writer, question []byte) (body []byte) {
	defer func() {
		if caught := recover(); caught != nil {
			fmt.Fprintf(log, "panic: %v\n%s", caught, debug.Stack())
			body = onPanic(fmt.Sprint(caught))
		}
	}()
	return answer(question)
}
