package merge

import (
	"errors"
	"fmt"
	"net/http"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

// strategic merges `patch` into `live` by the merge keys of the built-in Go types.
//
// Source: apiserver endpoints/handlers/patch.go (strategicPatchObject, applyPatchToObject).
func strategic(kind schema.GroupVersionKind, live, patch *unstructured.Unstructured) (map[string]any, error) {
	if live == nil {
		return nil, apierrors.NewBadRequest("there is no object to patch")
	}
	built, err := scheme.Scheme.New(kind)
	if err != nil {
		return nil, unsupported()
	}
	merged, err := strategicpatch.StrategicMergeMapPatch(live.Object, patch.Object, built)
	switch {
	case errors.Is(err, mergepatch.ErrBadPatchFormatForPrimitiveList),
		errors.Is(err, mergepatch.ErrBadPatchFormatForRetainKeys),
		errors.Is(err, mergepatch.ErrBadPatchFormatForSetElementOrderList),
		errors.Is(err, mergepatch.ErrUnsupportedStrategicMergePatchFormat):
		return nil, apierrors.NewBadRequest(err.Error())
	case err != nil:
		return nil, fmt.Errorf("%w", err)
	}
	return merged, nil
}

// unsupported is the real server's answer for a custom resource.
func unsupported() error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure,
		Code:   http.StatusUnsupportedMediaType,
		Reason: metav1.StatusReasonUnsupportedMediaType,
		Message: "the body of the request was in an unknown format - accepted media types include: " +
			"application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
	}}
}
