package merge_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/merge"
)

const (
	deployment = `{"group":"apps","version":"v1","kind":"Deployment"}`
	widget     = `{"group":"example.dev","version":"v1","kind":"Widget"}`
	wanted     = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{
		"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
		"spec":{"containers":[{"name":"web","image":"web:1","ports":[{"containerPort":80,"protocol":"TCP"}]}]}}}}`
)

type answer struct {
	Object map[string]any
	Error  *merge.Failure
}

var merger = merge.NewMerger()

func ask(t *testing.T, question map[string]any) answer {
	t.Helper()
	text, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	var got answer
	if err := json.Unmarshal(merger.Answer(text), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func raw(text string) json.RawMessage { return json.RawMessage(text) }

func apply(t *testing.T, live any, patch, manager string, force bool, day string) answer {
	t.Helper()
	return ask(t, map[string]any{"verb": "apply", "gvk": raw(deployment), "live": live, "patch": raw(patch),
		"manager": manager, "force": force, "time": "2026-01-0" + day + "T00:00:00Z"})
}

func update(t *testing.T, live, written map[string]any, manager, day string) answer {
	t.Helper()
	return ask(t, map[string]any{"verb": "update", "gvk": raw(deployment), "live": live, "patch": written,
		"manager": manager, "time": "2026-01-0" + day + "T00:00:00Z"})
}

func clone(t *testing.T, object map[string]any) map[string]any {
	t.Helper()
	text, _ := json.Marshal(object)
	copied := map[string]any{}
	if err := json.Unmarshal(text, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

// owners shows managedFields as "manager operation day-of-January fields".
func owners(object map[string]any) string {
	entries, _ := object["metadata"].(map[string]any)["managedFields"].([]any)
	var lines []string
	for _, entry := range entries {
		fields := entry.(map[string]any)
		text, _ := json.Marshal(fields["fieldsV1"])
		line := strings.Join([]string{fields["manager"].(string), fields["operation"].(string), fields["time"].(string)[9:10]}, " ")
		if strings.Contains(string(text), "f:replicas") {
			line += " replicas"
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func scaled(t *testing.T) map[string]any {
	t.Helper()
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	edited := clone(t, live)
	edited["spec"].(map[string]any)["replicas"] = 5
	return update(t, live, edited, "kubectl-edit", "2").Object
}

func TestTheFirstApplyOwnsItsFields(t *testing.T) {
	if got := owners(apply(t, nil, wanted, "tidegate", false, "1").Object); got != "tidegate Apply 1 replicas" {
		t.Error(got)
	}
}

func TestApplyingTheSameAgainChangesNothingNotEvenTheTime(t *testing.T) {
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	if again := apply(t, live, wanted, "tidegate", false, "2"); !reflect.DeepEqual(again.Object, live) {
		t.Errorf("%v\n%v", again, live)
	}
}

func TestAnUpdateTakesTheFieldsItChanged(t *testing.T) {
	if got := owners(scaled(t)); got != "tidegate Apply 1; kubectl-edit Update 2 replicas" {
		t.Error(got)
	}
}

func TestAnUpdateThatChangesNothingChangesNothing(t *testing.T) {
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	if same := update(t, live, clone(t, live), "kubectl-edit", "2").Object; !reflect.DeepEqual(same, live) {
		t.Error(owners(same))
	}
}

func TestAConflictHasTheWordsOfTheServer(t *testing.T) {
	got := apply(t, scaled(t), wanted, "tidegate", false, "3").Error
	want := &merge.Failure{Code: 409, Reason: "Conflict",
		Message: `Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas`,
		Causes: []merge.Cause{{Reason: "FieldManagerConflict",
			Message: `conflict with "kubectl-edit" using apps/v1`, Field: ".spec.replicas"}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestForceTakesTheFieldBack(t *testing.T) {
	got := apply(t, scaled(t), wanted, "tidegate", true, "3").Object
	if owners(got) != "tidegate Apply 3 replicas" || got["spec"].(map[string]any)["replicas"] != 2.0 {
		t.Error(owners(got))
	}
}

func TestAFieldThatIsAppliedNoLongerGoes(t *testing.T) {
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	got := apply(t, live, strings.Replace(wanted, `"replicas":2,`, "", 1), "tidegate", false, "2").Object
	if _, there := got["spec"].(map[string]any)["replicas"]; there || owners(got) != "tidegate Apply 2" {
		t.Error(owners(got))
	}
}

func TestListsOfBuiltInKindsMergeByTheirKeys(t *testing.T) {
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	sidecar := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},
		"spec":{"template":{"spec":{"containers":[{"name":"proxy","image":"proxy:1"}]}}}}`
	got := apply(t, live, sidecar, "mesh", false, "2").Object
	text, _ := json.Marshal(got["spec"])
	if !strings.Contains(string(text), "web:1") || !strings.Contains(string(text), "proxy:1") {
		t.Error(string(text))
	}
}

func TestNobodyOwnsTheStatusThroughTheObjectNorTheSpecThroughItsStatus(t *testing.T) {
	live := apply(t, nil, wanted, "tidegate", false, "1").Object
	written := clone(t, live)
	written["status"] = map[string]any{"replicas": 2}
	if got := owners(update(t, live, written, "kubectl", "2").Object); got != "tidegate Apply 1 replicas" {
		t.Error(got)
	}
	written["spec"].(map[string]any)["paused"] = true
	got := ask(t, map[string]any{"verb": "update", "gvk": raw(deployment), "live": live, "patch": written,
		"manager": "controller", "time": "2026-01-02T00:00:00Z", "subresource": "status"}).Object
	text, _ := json.Marshal(got["metadata"])
	if !strings.Contains(string(text), `"f:status"`) || strings.Contains(string(text), "f:paused") {
		t.Error(string(text))
	}
}

func TestWhatTheServerRefusesIsRefused(t *testing.T) {
	for patch, want := range map[string]merge.Failure{
		strings.Replace(wanted, `"replicas"`, `"replikas"`, 1): {Code: 500, Reason: "InternalError",
			Message: "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replikas: field not declared in schema"},
		strings.Replace(wanted, `"name":"web",`, `"name":"web","managedFields":[],`, 1): {Code: 400, Reason: "BadRequest",
			Message: "metadata.managedFields must be nil"},
	} {
		if got := apply(t, nil, patch, "tidegate", false, "1").Error; got == nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("%+v", got)
		}
	}
}

func TestListsOfCustomKindsAreWholes(t *testing.T) {
	one := `{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"parts":[{"name":"a"}],"size":9007199254740993}}`
	question := map[string]any{"verb": "apply", "gvk": raw(widget), "live": nil, "patch": raw(one), "manager": "a"}
	live := ask(t, question).Object
	question["live"], question["manager"] = live, "b"
	question["patch"] = raw(strings.Replace(one, `"a"`, `"b"`, 1))
	if got := ask(t, question).Error; got == nil || got.Code != 409 || !strings.Contains(got.Message, ".spec.parts") {
		t.Errorf("%+v", got)
	}
	if text := string(merger.Answer([]byte(`{"verb":"apply","gvk":` + widget + `,"live":null,"patch":` + one + `,"manager":"a"}`))); !strings.Contains(text, "9007199254740993") {
		t.Error("a large integer was rounded: " + text)
	}
}

func TestAStrategicPatchMergesByKeysAndLeavesOwnersAlone(t *testing.T) {
	live := scaled(t)
	patch := `{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}`
	got := ask(t, map[string]any{"verb": "strategic", "gvk": raw(deployment), "live": live, "patch": raw(patch)}).Object
	text, _ := json.Marshal(got["spec"])
	if !strings.Contains(string(text), `"image":"web:1"`) || !strings.Contains(string(text), `"env":[{"name":"A"`) || owners(got) != owners(live) {
		t.Error(string(text), owners(got))
	}
	gone := ask(t, map[string]any{"verb": "strategic", "gvk": raw(deployment), "live": live,
		"patch": raw(`{"spec":{"replicas":null,"template":{"spec":{"containers":[{"$patch":"delete","name":"web"}]}}}}`)}).Object
	text, _ = json.Marshal(gone["spec"])
	if strings.Contains(string(text), "web:1") || strings.Contains(string(text), "replicas") {
		t.Error(string(text))
	}
}

func TestACustomKindTakesNoStrategicPatch(t *testing.T) {
	got := ask(t, map[string]any{"verb": "strategic", "gvk": raw(widget), "live": raw(`{}`), "patch": raw(`{"a":1}`)}).Error
	if got == nil || got.Code != 415 || got.Reason != "UnsupportedMediaType" {
		t.Errorf("%+v", got)
	}
}

func TestAQuestionThatCannotBeReadIsABadRequest(t *testing.T) {
	for _, question := range []map[string]any{{"verb": "apply", "patch": nil}, {"verb": "dance", "patch": raw(`{}`)}, {"verb": 1}} {
		if got := ask(t, question).Error; got == nil || got.Code != 400 {
			t.Errorf("%v: %+v", question, got)
		}
	}
}
