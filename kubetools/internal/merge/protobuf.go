package merge

import (
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// decodeProtobuf reads what typed Go clients send as application/vnd.kubernetes.protobuf.
func decodeProtobuf(body []byte) (map[string]any, error) {
	object, kind, err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Decode(body, nil, nil)
	if err != nil {
		return nil, apierrors.NewBadRequest("couldn't get version/kind; protobuf decode error: " + err.Error())
	}
	fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	fields["apiVersion"], fields["kind"] = kind.ToAPIVersionAndKind()
	return fields, nil
}
