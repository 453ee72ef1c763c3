package helm_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/extract/extracttest"
	"tidegate.dev/kubetools/internal/helm"
)

const shown = "kind: Shown\nvalues: {{ .Values | toJson }}\n"

func chart(more map[string]string) map[string]string {
	files := map[string]string{
		"web/Chart.yaml":           "apiVersion: v2\nname: web\nversion: 1.0.0\n",
		"web/values.yaml":          "a: 1\n",
		"web/templates/shown.yaml": shown,
	}
	maps.Copy(files, more)
	return files
}

func render(t *testing.T, files map[string]string, change func(*helm.Request)) (string, []extract.Seen, error) {
	t.Helper()
	request := helm.Request{Checkout: extracttest.Write(t, files), Path: "web", Release: "shop", Namespace: "prod"}
	if change != nil {
		change(&request)
	}
	objects, readSet, err := helm.Render(request)
	text, _ := json.Marshal(objects)
	return string(text), readSet, err
}

func TestAChartIsRendered(t *testing.T) {
	text, readSet, err := render(t, chart(nil), nil)
	if text != `[{"kind":"Shown","values":{"a":1}}]` || err != nil || len(readSet) != 1 || readSet[0][1] != "web" {
		t.Errorf("%s %v %v", text, readSet, err)
	}
}

func TestSetStringsComeAfterSets(t *testing.T) {
	text, _, err := render(t, chart(nil), func(r *helm.Request) {
		r.Values = "b: {c: 1, d: 2}\nlist: [1, 2]\n"
		r.Parameters = []helm.Parameter{{Name: "b.c", Value: "3", ForceString: true}, {Name: "b.c", Value: "4"},
			{Name: "a", Value: "null"}, {Name: "list[1]", Value: "x,y"}, {Name: `k\.d`, Value: "true"}}
	})
	if text != `[{"kind":"Shown","values":{"b":{"c":"3","d":2},"k.d":true,"list":[1,"x,y"]}}]` || err != nil {
		t.Errorf("%s %v", text, err)
	}
}

func TestARenderDoesNotChangeTheNext(t *testing.T) {
	for _, api := range []string{"a/v1", "b/v1", "c/v1"} {
		files := chart(map[string]string{"web/templates/shown.yaml": "kind: X\nhas: {{ .Capabilities.APIVersions.Has \"a/v1\" }}"})
		text, _, err := render(t, files, func(r *helm.Request) { r.APIVersions = []string{api} })
		if want := `[{"has":` + map[bool]string{true: "true", false: "false"}[api == "a/v1"] + `,"kind":"X"}]`; text != want || err != nil {
			t.Errorf("%s: %s %v", api, text, err)
		}
	}
}

func TestALocalDependencyIsTakenFromTheRepository(t *testing.T) {
	needs := func(version string) map[string]string {
		return chart(map[string]string{
			"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n" +
				"- {name: db, alias: store, version: " + version + ", repository: 'file://../lib/db'}\n",
			"web/values.yaml":            "store: {size: 5}\n",
			"lib/db/Chart.yaml":          "apiVersion: v2\nname: db\nversion: 1.4.0\n",
			"lib/db/templates/size.yaml": "kind: Size\nsize: {{ .Values.size }}\n",
		})
	}
	text, readSet, err := render(t, needs("^1.2"), nil)
	if err != nil || !strings.Contains(text, `{"kind":"Size","size":5}`) || len(readSet) != 2 {
		t.Errorf("%s %v %v", text, readSet, err)
	}
	if _, _, err := render(t, needs("^2.0"), nil); err == nil || !strings.Contains(err.Error(), "lib/db has version 1.4.0") {
		t.Error(err)
	}
}

func TestWhatIsMissingOrOutsideIsNamed(t *testing.T) {
	dependency := "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.x, repository: '%'}\n"
	for repository, said := range map[string]string{
		"https://charts.example": "missing in charts/ directory: db",
		"file://../../etc":       "leaves the repository",
		"file:///etc":            "leaves the repository",
		"file://../none":         "there is no such directory",
	} {
		_, _, err := render(t, chart(map[string]string{"web/Chart.yaml": strings.Replace(dependency, "%", repository, 1)}), nil)
		if err == nil || !strings.Contains(err.Error(), said) {
			t.Errorf("%s: %v", repository, err)
		}
	}
}

func TestOldChartsWithRequirementsWork(t *testing.T) {
	text, _, err := render(t, chart(map[string]string{
		"web/Chart.yaml":              "name: web\nversion: 1.0.0\n",
		"web/requirements.yaml":       "dependencies:\n- {name: db, version: 1.0.0, condition: db.enabled}\n",
		"web/values.yaml":             "db: {enabled: false}\n",
		"web/charts/db/Chart.yaml":    "name: db\nversion: 1.0.0\n",
		"web/charts/db/templates/a.y": "kind: Db\n",
	}), nil)
	if err != nil || strings.Contains(text, "Db") {
		t.Errorf("%s %v", text, err)
	}
}

func TestASchemaMayReferToItselfAndToNothingElse(t *testing.T) {
	for reference, works := range map[string]bool{"#/$defs/n": true, "urn:example:x": true, "file:///etc/passwd": false, "other.json": false} {
		schema := `{"$defs":{"n":{"type":"object"}},"$ref":"` + reference + `"}`
		if _, _, err := render(t, chart(map[string]string{"web/values.schema.json": schema}), nil); (err == nil) != works {
			t.Errorf("%s: %v", reference, err)
		}
	}
}
