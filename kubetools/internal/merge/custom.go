package merge

import (
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

const (
	objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
	reference  = "#/components/schemas/"
)

// metadata says how the lists and maps of every object's metadata merge.
//
// Source: the markers of metav1.ObjectMeta and metav1.OwnerReference.
const metadata = `{"type":"object","properties":{
	"name":{"type":"string"},"generateName":{"type":"string"},"namespace":{"type":"string"},
	"selfLink":{"type":"string"},"uid":{"type":"string"},"resourceVersion":{"type":"string"},
	"generation":{"type":"integer"},"creationTimestamp":{"type":"string"},
	"deletionTimestamp":{"type":"string"},"deletionGracePeriodSeconds":{"type":"integer"},
	"labels":{"type":"object","additionalProperties":{"type":"string"}},
	"annotations":{"type":"object","additionalProperties":{"type":"string"}},
	"finalizers":{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"},
	"ownerReferences":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["uid"],
		"items":{"type":"object","x-kubernetes-map-type":"atomic","properties":{
			"apiVersion":{"type":"string"},"kind":{"type":"string"},"name":{"type":"string"},"uid":{"type":"string"},
			"controller":{"type":"boolean"},"blockOwnerDeletion":{"type":"boolean"}}}},
	"managedFields":{"type":"array","x-kubernetes-list-type":"atomic","items":{"type":"object",
		"x-kubernetes-preserve-unknown-fields":true}}}}`

// customConverter knows one custom kind by the openAPIV3Schema of its definition.
//
// Source: buildOpenAPIModelsForApply and buildKubeNative of k8s.io/apiextensions-apiserver.
func customConverter(kind schema.GroupVersionKind, text json.RawMessage) (managedfields.TypeConverter, error) {
	common, custom := &spec.Schema{}, &spec.Schema{}
	if err := json.Unmarshal([]byte(metadata), common); err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	if err := json.Unmarshal(text, custom); err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the schema of %s cannot be read: %v", kind, err))
	}
	identified(custom)
	custom.AddExtension("x-kubernetes-group-version-kind", []any{
		map[string]any{"group": kind.Group, "version": kind.Version, "kind": kind.Kind},
	})
	models := map[string]*spec.Schema{objectMeta: common, kind.String(): custom}
	converter, err := managedfields.NewTypeConverter(models, false)
	if err != nil {
		return nil, apierrors.NewBadRequest(fmt.Sprintf("the schema of %s: %v", kind, err))
	}
	return converter, nil
}

// identified gives the schema, and every embedded resource in it, the fields that all objects have.
func identified(schema *spec.Schema) {
	schema.SetProperty("apiVersion", *spec.StringProperty())
	schema.SetProperty("kind", *spec.StringProperty())
	schema.SetProperty("metadata", *spec.RefSchema(reference + objectMeta))
	embedded(schema)
}

func embedded(schema *spec.Schema) {
	for name, property := range schema.Properties {
		embeds(&property)
		schema.Properties[name] = property
	}
	if schema.Items != nil && schema.Items.Schema != nil {
		embeds(schema.Items.Schema)
	}
	if schema.AdditionalProperties != nil && schema.AdditionalProperties.Schema != nil {
		embeds(schema.AdditionalProperties.Schema)
	}
}

func embeds(schema *spec.Schema) {
	if whole, found := schema.Extensions.GetBool("x-kubernetes-embedded-resource"); found && whole {
		identified(schema)
		return
	}
	embedded(schema)
}
