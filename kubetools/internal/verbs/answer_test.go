package verbs_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/extract/extracttest"
	"tidegate.dev/kubetools/internal/verbs"
)

func ask(t *testing.T, verb string, request any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"verb": verb, "request": request})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(verbs.Answer(text)))
}

func TestAnswersAreObjectsAndTheReadSet(t *testing.T) {
	checkout := extracttest.Write(t, map[string]string{"a.yaml": "kind: A\ntext: <&>\nbig: 9007199254740993\n"})
	want := `{"objects":[{"big":9007199254740993,"kind":"A","text":"<&>"}],"read_set":[["` + checkout.RepoURL + `","","` + checkout.Tree + `"]]}`
	if got := ask(t, "directory", map[string]any{"checkout": checkout, "path": ""}); got != want {
		t.Errorf("%s\n%s", got, want)
	}
	if got := ask(t, "yaml", map[string]any{"text": []byte("")}); got != `{"objects":[],"read_set":[]}` {
		t.Error(got)
	}
}

func TestErrorsAreValuesWithTheirKind(t *testing.T) {
	checkout := extracttest.Write(t, map[string]string{"k/kustomization.yaml": ""})
	lost := checkout
	lost.Tree = strings.Repeat("a", 40)
	for _, each := range []struct {
		verb    string
		request any
		kind    string
	}{
		{"dance", nil, "invalid"},
		{"helm", 5, "invalid"},
		{"yaml", map[string]any{"text": []byte("a: [")}, "render"},
		{"directory", map[string]any{"checkout": checkout, "path": "none"}, "render"},
		{"directory", map[string]any{"checkout": lost, "path": "none"}, "extract"},
		{"helm", map[string]any{"checkout": lost, "path": "none", "release": "a"}, "extract"},
		{"kustomize", map[string]any{"checkout": lost, "path": "none"}, "extract"},
		{"kustomize", map[string]any{"checkout": checkout, "path": "k", "options": map[string]any{"typo": 1}}, "render"},
	} {
		var got struct {
			Error struct{ Kind, Message string }
		}
		text := ask(t, each.verb, each.request)
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.Error.Kind != each.kind || got.Error.Message == "" {
			t.Errorf("%s: %s", each.verb, text)
		}
	}
	if got := string(verbs.Answer([]byte("{"))); !strings.Contains(got, `"invalid"`) {
		t.Error(got)
	}
	if got := string(verbs.Panicked("ouch")); !strings.Contains(got, `"internal"`) || !strings.Contains(got, "ouch") {
		t.Error(got)
	}
}
