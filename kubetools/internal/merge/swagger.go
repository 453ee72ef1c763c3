package merge

import (
	"encoding/base64"
	"fmt"

	openapi "github.com/google/gnostic-models/openapiv2"
	"google.golang.org/protobuf/proto"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// encodeSwagger turns an OpenAPI document of version 2 from JSON into the protobuf that client-go asks for.
func encodeSwagger(document []byte) (map[string]any, error) {
	parsed, err := openapi.ParseDocument(document)
	if err != nil {
		return nil, apierrors.NewBadRequest("the document cannot be read: " + err.Error())
	}
	encoded, err := proto.Marshal(parsed)
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	return map[string]any{"protobuf": base64.StdEncoding.EncodeToString(encoded)}, nil
}
