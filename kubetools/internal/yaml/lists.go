package yaml

import "fmt"

// Flatten returns the objects with every List replaced by its items, and refuses what has no kind.
//
// Source: Argo CD reposerver/repository GenerateManifests (IsList, isNullList) and the decoding of
// unstructured objects in apimachinery, which asks for a kind.
func Flatten(objects []Object) ([]Object, error) {
	flat := make([]Object, 0, len(objects))
	for _, object := range objects {
		if isNullList(object) {
			continue
		}
		items, isList := object["items"].([]any)
		if !isList {
			if text, _ := object["kind"].(string); text == "" {
				return nil, fmt.Errorf("object %s has no kind. Add apiVersion and kind", nameOf(object))
			}
			flat = append(flat, object)
			continue
		}
		for i, item := range items {
			element, isObject := item.(Object)
			if kind, _ := element["kind"].(string); !isObject || kind == "" {
				return nil, fmt.Errorf("%v: items[%d] is no object with apiVersion and kind", object["kind"], i)
			}
			flat = append(flat, element)
		}
	}
	return flat, nil
}

func isNullList(object Object) bool {
	_, hasSpec := object["spec"]
	_, hasStatus := object["status"]
	items, hasItems := object["items"]
	return !hasSpec && !hasStatus && hasItems && items == nil
}

func nameOf(object Object) string {
	metadata, _ := object["metadata"].(Object)
	if name, _ := metadata["name"].(string); name != "" {
		return fmt.Sprintf("%q", name)
	}
	return "without a name"
}
