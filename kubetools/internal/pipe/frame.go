// Package pipe carries one question and one answer at a time over stdin and stdout.
//
// A frame is a length of four bytes, big-endian, and as many bytes of JSON.
package pipe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxFrame bounds one frame: 256 MiB. More is a broken peer, not a question.
const MaxFrame = 256 << 20

// ReadFrame returns the next frame, or io.EOF when the peer has closed the pipe between two frames.
func ReadFrame(from io.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > MaxFrame {
		return nil, fmt.Errorf("a frame of %d bytes is larger than %d", size, MaxFrame)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(from, body); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return body, nil
}

// WriteFrame writes one frame.
func WriteFrame(to io.Writer, body []byte) error {
	if len(body) > MaxFrame {
		return fmt.Errorf("a frame of %d bytes is larger than %d", len(body), MaxFrame)
	}
	var head [4]byte
	binary.BigEndian.PutUint32(head[:], uint32(len(body)))
	if _, err := to.Write(head[:]); err != nil {
		return err
	}
	_, err := to.Write(body)
	return err
}
