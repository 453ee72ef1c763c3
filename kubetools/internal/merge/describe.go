package merge

import (
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// describe tells what only the Go types of a built-in kind know: the package of each struct that it is made of,
// and how a strategic merge patch treats its fields. The answer is empty for kinds that client-go does not have.
func describe(kind schema.GroupVersionKind) map[string]any {
	structs := map[string]any{}
	if built, err := scheme.Scheme.New(kind); err == nil {
		describeType(reflect.TypeOf(built), structs)
	}
	return map[string]any{"structs": structs}
}

func describeType(seen reflect.Type, structs map[string]any) {
	switch seen.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		describeType(seen.Elem(), structs)
	case reflect.Struct:
		if _, known := structs[seen.Name()]; known || !strings.HasPrefix(seen.PkgPath(), "k8s.io/") {
			return
		}
		fields := map[string]any{}
		structs[seen.Name()] = map[string]any{"package": seen.PkgPath(), "fields": fields}
		for i := range seen.NumField() {
			describeField(seen.Field(i), fields, structs)
		}
	}
}

func describeField(field reflect.StructField, fields, structs map[string]any) {
	if !field.IsExported() {
		return
	}
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	markers := map[string]any{}
	for tag, marker := range map[string]string{"patchStrategy": "patch-strategy", "patchMergeKey": "patch-merge-key"} {
		if value := field.Tag.Get(tag); value != "" {
			markers["x-kubernetes-"+marker] = value
		}
	}
	if len(markers) > 0 {
		fields[name] = markers
	}
	describeType(field.Type, structs)
}
