package merge_test

import (
	"encoding/base64"
	"testing"

	openapi "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
)

func TestAnOpenAPIDocumentIsEncodedAsClientsReadIt(t *testing.T) {
	text := `{"swagger":"2.0","info":{"title":"t","version":"v1"},"paths":{},"definitions":{"a.B":{"type":"object",
		"required":["c"],"properties":{"c":{"type":"string"}},"x-kubernetes-group-version-kind":[{"kind":"B"}]}}}`
	got := ask(t, map[string]any{"verb": "swagger", "body": []byte(text)})
	encoded, _ := got.Object["protobuf"].(string)
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || got.Error != nil {
		t.Fatal(err, got.Error)
	}
	var document openapi.Document
	if err := proto.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	definition := document.GetDefinitions().GetAdditionalProperties()[0]
	if definition.GetName() != "a.B" || definition.GetValue().GetRequired()[0] != "c" || len(definition.GetValue().GetVendorExtension()) != 1 {
		t.Errorf("%v", definition)
	}
	if refused := ask(t, map[string]any{"verb": "swagger", "body": []byte("[]")}).Error; refused == nil || refused.Code != 400 {
		t.Errorf("%+v", refused)
	}
}
