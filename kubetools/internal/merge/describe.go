package merge

import (
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
)

// describe tells what only the Go types of a built-in kind know: the package and description of each struct that
// it is made of, and how a strategic merge patch treats its fields. The answer is empty for kinds that client-go
// does not have.
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
		described := map[string]any{"package": seen.PkgPath(), "fields": fields}
		if documented, has := reflect.Zero(seen).Interface().(interface{ SwaggerDoc() map[string]string }); has {
			described["description"] = documented.SwaggerDoc()[""]
		}
		structs[seen.Name()] = described
		for i := range seen.NumField() {
			describeField(seen.Field(i), fields, structs)
		}
	}
}

func describeField(field reflect.StructField, fields, structs map[string]any) {
	if !field.IsExported() {
		return
	}
	name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
	if name == "" && options == "inline" && field.Type.Kind() == reflect.Struct {
		for i := range field.Type.NumField() {
			describeField(field.Type.Field(i), fields, structs)
		}
		return
	}
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
