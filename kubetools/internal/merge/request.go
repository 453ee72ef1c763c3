// Package merge does for the sandbox's Kubernetes emulator what only the real server's libraries do truly:
// server-side apply, tracking of managedFields, and strategic merge patches.
package merge

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubejson "k8s.io/apimachinery/pkg/util/json"
)

// Request asks for one merge. `time` is what new entries of managedFields carry; none = now. `schema` is the
// openAPIV3Schema of a custom kind, `statusApart` says whether it has the subresource status. `body` is what the
// verbs protobuf and swagger read.
type Request struct {
	Verb        string          `json:"verb"`
	GVK         gvk             `json:"gvk"`
	Live        json.RawMessage `json:"live"`
	Patch       json.RawMessage `json:"patch"`
	Manager     string          `json:"manager"`
	Force       bool            `json:"force"`
	Time        *metav1.Time    `json:"time"`
	Subresource string          `json:"subresource"`
	Schema      json.RawMessage `json:"schema"`
	StatusApart bool            `json:"statusApart"`
	Body        []byte          `json:"body"`
}

type gvk struct {
	Group   string `json:"group"`
	Version string `json:"version"`
	Kind    string `json:"kind"`
}

func (g gvk) schema() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: g.Group, Version: g.Version, Kind: g.Kind}
}

// Response is an object, or why there is none.
type Response struct {
	Object map[string]any `json:"object,omitempty"`
	Error  *Failure       `json:"error,omitempty"`
}

// Failure has the words of the real server.
type Failure struct {
	Code    int32   `json:"code"`
	Reason  string  `json:"reason"`
	Message string  `json:"message"`
	Causes  []Cause `json:"causes,omitempty"`
}

// Cause is one field that stands in the way.
type Cause struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
	Field   string `json:"field"`
}

// Answer serves one question of the pipe.
func (m *Merger) Answer(question []byte) []byte {
	var request Request
	if err := json.Unmarshal(question, &request); err != nil {
		return encode(Response{Error: failure(apierrors.NewBadRequest("the request cannot be read: " + err.Error()))})
	}
	object, err := m.merge(request)
	if err != nil {
		return encode(Response{Error: failure(err)})
	}
	return encode(Response{Object: object})
}

// Panicked is the answer to a question that made the libraries panic.
func Panicked(text string) []byte {
	return encode(Response{Error: failure(fmt.Errorf("panic: %s", text))})
}

func (m *Merger) merge(request Request) (map[string]any, error) {
	switch request.Verb {
	case "describe":
		return describe(request.GVK.schema()), nil
	case "protobuf":
		return decodeProtobuf(request.Body)
	case "swagger":
		return encodeSwagger(request.Body)
	}
	live, err := decode("live", request.Live)
	if err != nil {
		return nil, err
	}
	patch, err := decode("patch", request.Patch)
	if err != nil {
		return nil, err
	}
	if patch == nil {
		return nil, apierrors.NewBadRequest("the patch is empty")
	}
	switch request.Verb {
	case "apply":
		return m.apply(request, live, patch)
	case "update":
		return m.update(request, live, patch)
	case "strategic":
		return strategic(request.GVK.schema(), live, patch)
	default:
		return nil, apierrors.NewBadRequest(fmt.Sprintf("unknown verb %q", request.Verb))
	}
}

// decode reads an object with numbers as the server has them: int64 where they fit, else float64.
func decode(subject string, text json.RawMessage) (*unstructured.Unstructured, error) {
	if len(text) == 0 || string(text) == "null" {
		return nil, nil
	}
	object := map[string]any{}
	if err := kubejson.Unmarshal(text, &object); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("%s cannot be read: %v", subject, err))
	}
	return &unstructured.Unstructured{Object: object}, nil
}

func failure(err error) *Failure {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return &Failure{Code: http.StatusInternalServerError, Reason: "InternalError", Message: err.Error()}
	}
	answer := status.Status()
	failed := &Failure{Code: answer.Code, Reason: string(answer.Reason), Message: answer.Message}
	if answer.Details != nil {
		for _, cause := range answer.Details.Causes {
			failed.Causes = append(failed.Causes, Cause{string(cause.Type), cause.Message, cause.Field})
		}
	}
	return failed
}

func encode(response Response) []byte {
	text, err := json.Marshal(response)
	if err != nil {
		text, _ = json.Marshal(Response{Error: &Failure{Code: 500, Reason: "InternalError", Message: err.Error()}})
	}
	return text
}
