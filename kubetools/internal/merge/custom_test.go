package merge_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

const parts = `{"type":"object","properties":{
	"spec":{"type":"object","properties":{
		"size":{"x-kubernetes-int-or-string":true},
		"parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name","zone"],
			"items":{"type":"object","properties":{
				"name":{"type":"string"},"zone":{"type":"string","default":"a"},"value":{"type":"string"}}}},
		"tags":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
		"pod":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}}},
	"status":{"type":"object","properties":{"ready":{"type":"boolean"}}}}}`

func custom(t *testing.T, live map[string]any, manager, fields string, more map[string]any) answer {
	t.Helper()
	patch := `{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"w"},` + fields + `}`
	question := map[string]any{"verb": "apply", "gvk": raw(widget), "schema": raw(parts), "live": live,
		"patch": raw(patch), "manager": manager}
	for name, value := range more {
		question[name] = value
	}
	return ask(t, question)
}

func TestListsOfACustomKindMergeByTheKeysOfItsSchema(t *testing.T) {
	one := custom(t, nil, "a", `"spec":{"size":"1","parts":[{"name":"x","value":"1"}],"tags":["p"]}`, nil).Object
	both := custom(t, one, "b", `"spec":{"parts":[{"name":"x","zone":"b","value":"2"}],"tags":["q"]}`, nil).Object
	text, _ := json.Marshal(both["spec"])
	want := `{"parts":[{"name":"x","value":"1"},{"name":"x","value":"2","zone":"b"}],"size":"1","tags":["p","q"]}`
	if string(text) != want {
		t.Error(string(text))
	}
	refused := custom(t, both, "c", `"spec":{"parts":[{"name":"x","zone":"b","value":"3"}]}`, nil).Error
	if refused == nil || refused.Code != 409 || !strings.Contains(refused.Message, `.spec.parts[name="x",zone="b"].value`) {
		t.Errorf("%+v", refused)
	}
}

func TestAnEmbeddedResourceHasTheMetadataOfAnObject(t *testing.T) {
	pod := `"spec":{"pod":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","finalizers":["f/%s"]},"spec":{"x":1}}}`
	one := custom(t, nil, "a", strings.Replace(pod, "%s", "a", 1), nil).Object
	got := custom(t, one, "b", strings.Replace(pod, "%s", "b", 1), nil)
	text, _ := json.Marshal(got.Object["spec"])
	if got.Error != nil || !strings.Contains(string(text), `"finalizers":["f/a","f/b"]`) {
		t.Errorf("%+v %s", got.Error, text)
	}
}

func TestWhatASchemaDoesNotHaveCannotBeApplied(t *testing.T) {
	got := custom(t, nil, "a", `"spec":{"bogus":1}`, nil).Error
	if got == nil || !strings.Contains(got.Message, ".spec.bogus: field not declared in schema") {
		t.Errorf("%+v", got)
	}
}

func TestAChangedSchemaCountsAtOnce(t *testing.T) {
	wider := raw(strings.Replace(parts, `"size":`, `"bogus":{"type":"integer"},"size":`, 1))
	if got := custom(t, nil, "a", `"spec":{"bogus":1}`, map[string]any{"schema": wider}); got.Error != nil {
		t.Errorf("%+v", got.Error)
	}
}

func TestAStatusApartIsOwnedByWhoWritesIt(t *testing.T) {
	whole := `"spec":{"size":1},"status":{"ready":true}`
	for apart, owned := range map[bool]bool{true: false, false: true} {
		got := custom(t, nil, "a", whole, map[string]any{"statusApart": apart}).Object
		text, _ := json.Marshal(got["metadata"])
		if strings.Contains(string(text), "f:status") != owned {
			t.Error(apart, string(text))
		}
	}
}

func TestABrokenSchemaIsSaid(t *testing.T) {
	got := custom(t, nil, "a", `"spec":{}`, map[string]any{"schema": raw(`{"type":"object","properties":{"l":{"type":"array"}}}`)}).Error
	if got == nil || got.Code != 400 || !strings.Contains(got.Message, "items") {
		t.Errorf("%+v", got)
	}
}

func TestDescribeTellsPackagesAndPatchMarkers(t *testing.T) {
	got := ask(t, map[string]any{"verb": "describe", "gvk": raw(deployment)}).Object["structs"].(map[string]any)
	pod := got["PodSpec"].(map[string]any)
	want := map[string]any{"x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "name"}
	if pod["package"] != "k8s.io/api/core/v1" || !reflect.DeepEqual(pod["fields"].(map[string]any)["containers"], want) {
		t.Errorf("%v", pod)
	}
	if text, _ := pod["description"].(string); !strings.HasPrefix(text, "PodSpec is a description of a pod") {
		t.Error(text)
	}
	if none := ask(t, map[string]any{"verb": "describe", "gvk": raw(widget)}).Object["structs"]; len(none.(map[string]any)) != 0 {
		t.Errorf("%v", none)
	}
}
