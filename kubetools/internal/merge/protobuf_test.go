package merge_test

import (
	"bytes"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

func TestProtobufIsReadAsTheObjectItIs(t *testing.T) {
	made, err := scheme.Scheme.New(schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"})
	if err != nil {
		t.Fatal(err)
	}
	source := map[string]any{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "web"},
		"spec": map[string]any{"replicas": int64(3), "selector": map[string]any{}, "template": map[string]any{}}}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(source, made); err != nil {
		t.Fatal(err)
	}
	var wire bytes.Buffer
	if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(made, &wire); err != nil {
		t.Fatal(err)
	}
	got := unstructured.Unstructured{Object: ask(t, map[string]any{"verb": "protobuf", "body": wire.Bytes()}).Object}
	replicas, _, _ := unstructured.NestedFloat64(got.Object, "spec", "replicas")
	if got.GetKind() != "Deployment" || got.GetAPIVersion() != "apps/v1" || got.GetName() != "web" || replicas != 3 {
		t.Errorf("%v", got.Object)
	}
	if refused := ask(t, map[string]any{"verb": "protobuf", "body": []byte("no protobuf")}).Error; refused == nil || refused.Code != 400 {
		t.Errorf("%+v", refused)
	}
}
