// Package yaml reads manifests by the rules of sigs.k8s.io/yaml, with integers of any size kept exact.
package yaml

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// Object is one decoded manifest; its numbers are json.Number.
type Object = map[string]any

// Documents returns the objects of a YAML or JSON stream; empty documents are left out. With an error come
// the objects before it.
func Documents(text []byte) ([]Object, error) {
	decoder := kubeyaml.NewYAMLOrJSONDecoder(bytes.NewReader(utf8(text)), 4096)
	var objects []Object
	for number := 1; ; number++ {
		var raw json.RawMessage
		err := decoder.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return objects, fmt.Errorf("document %d: %w", number, err)
		}
		object, err := Decode(raw)
		if err != nil {
			return objects, fmt.Errorf("document %d: %w", number, err)
		}
		if object != nil {
			objects = append(objects, object)
		}
	}
}

// Decode returns one JSON object, or nil for nothing and null.
func Decode(raw []byte) (Object, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	object, isObject := value.(Object)
	if !isObject {
		return nil, fmt.Errorf("is %s, not an object with apiVersion, kind and metadata", kindOf(value))
	}
	return object, nil
}

func kindOf(value any) string {
	switch value.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	case json.Number:
		return "a number"
	default:
		return "a truth value"
	}
}

// utf8 turns UTF-16 with a byte order mark into UTF-8, as Argo CD's reader does.
func utf8(text []byte) []byte {
	little, big := bytes.HasPrefix(text, []byte{0xFF, 0xFE}), bytes.HasPrefix(text, []byte{0xFE, 0xFF})
	if !little && !big {
		return bytes.TrimPrefix(text, []byte{0xEF, 0xBB, 0xBF})
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 2; i+1 < len(text); i += 2 {
		if little {
			units = append(units, uint16(text[i])|uint16(text[i+1])<<8)
		} else {
			units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
		}
	}
	return []byte(string(utf16.Decode(units)))
}
