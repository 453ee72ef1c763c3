// Package verbs takes a question apart and gives it to the library that answers it.
package verbs

import (
	"bytes"
	"encoding/json"
	"errors"

	"tidegate.dev/kubetools/internal/directory"
	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
	"tidegate.dev/kubetools/internal/helm"
	"tidegate.dev/kubetools/internal/kustomize"
	"tidegate.dev/kubetools/internal/semver"
	"tidegate.dev/kubetools/internal/yaml"
)

type question struct {
	Verb    string          `json:"verb"`
	Request json.RawMessage `json:"request"`
}

type answer struct {
	Objects []yaml.Object  `json:"objects"`
	ReadSet []extract.Seen `json:"read_set"`
	Error   *fault.Error   `json:"error,omitempty"`
}

// Answer serves one question of the pipe: {"verb": …, "request": …}.
func Answer(text []byte) []byte {
	var asked question
	if err := json.Unmarshal(text, &asked); err != nil {
		return Failed(fault.Invalidf("the question cannot be read: %v", err))
	}
	objects, readSet, err := dispatch(asked)
	if err != nil {
		return Failed(err)
	}
	return encode(answer{Objects: objects, ReadSet: readSet})
}

// Panicked is the answer to a question that made a library panic.
func Panicked(text string) []byte { return Failed(fault.Internalf("panic: %s", text)) }

// Failed is the answer that there is none.
func Failed(err error) []byte { return encode(answer{Error: fault.Of(err)}) }

func dispatch(asked question) ([]yaml.Object, []extract.Seen, error) {
	switch asked.Verb {
	case "helm":
		return run(asked.Request, helm.Render)
	case "kustomize":
		return run(asked.Request, kustomize.Render)
	case "directory":
		return run(asked.Request, directory.Render)
	case "yaml":
		return run(asked.Request, documents)
	case "semver":
		return run(asked.Request, ranking)
	default:
		return nil, nil, fault.Invalidf("unknown verb %q", asked.Verb)
	}
}

func run[R any](text json.RawMessage, render func(R) ([]yaml.Object, []extract.Seen, error)) ([]yaml.Object, []extract.Seen, error) {
	var request R
	if err := json.Unmarshal(text, &request); err != nil {
		var known *fault.Error
		if errors.As(err, &known) {
			return nil, nil, known
		}
		return nil, nil, fault.Invalidf("the request cannot be read: %v", err)
	}
	return render(request)
}

type stream struct {
	Text []byte `json:"text"` // base64, as encoding/json has bytes
}

func documents(request stream) ([]yaml.Object, []extract.Seen, error) {
	objects, err := yaml.Documents(request.Text)
	if err != nil {
		return nil, nil, fault.Renderf("%v", err)
	}
	return objects, nil, nil
}

func ranking(request semver.Request) ([]yaml.Object, []extract.Seen, error) {
	ranked, err := semver.Rank(request)
	return ranked, nil, err
}

func encode(body answer) []byte {
	if body.Objects == nil {
		body.Objects = []yaml.Object{}
	}
	if body.ReadSet == nil {
		body.ReadSet = []extract.Seen{}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return Failed(fault.Internalf("the answer cannot be written: %v", err))
	}
	return text.Bytes()
}
