package kustomize_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/extract/extracttest"
	"tidegate.dev/kubetools/internal/kustomize"
)

func build(t *testing.T, files map[string]string, options string) (string, []extract.Seen, error) {
	t.Helper()
	request := kustomize.Request{Checkout: extracttest.Write(t, files), Path: "app"}
	if options != "" {
		if err := json.Unmarshal([]byte(options), &request.Options); err != nil {
			return "", nil, err
		}
	}
	objects, readSet, err := kustomize.Render(request)
	text, _ := json.Marshal(objects)
	return string(text), readSet, err
}

const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: 'a:1'}]}\n"

func TestEditsStayInMemory(t *testing.T) {
	files := map[string]string{"app/kustomization.yaml": "# kept\nresources: [p.yaml]\n", "app/p.yaml": pod}
	for _, image := range []string{"2", "3", "4"} {
		text, readSet, err := build(t, files, `{"images":["a:`+image+`"]}`)
		if err != nil || !strings.Contains(text, `"image":"a:`+image+`"`) {
			t.Errorf("%s %v", text, err)
		}
		for _, line := range readSet {
			if line[1] == "app/kustomization.yaml" && line[2] != extracttest.BlobID(files[line[1]]) {
				t.Errorf("the file on record is the edited one: %v", line)
			}
		}
	}
}

func TestGlobsOfComponentsListFolders(t *testing.T) {
	component := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: %-\n"
	files := map[string]string{
		"app/kustomization.yaml": "resources: [p.yaml]\n", "app/p.yaml": pod,
		"parts/one/kustomization.yaml": strings.Replace(component, "%", "one", 1),
		"parts/two/kustomization.yaml": strings.Replace(component, "%", "two", 1),
	}
	text, readSet, err := build(t, files, `{"components":["../parts/*"]}`)
	if err != nil || !strings.Contains(text, `"two-one-p"`) {
		t.Errorf("%s %v", text, err)
	}
	found := map[string]bool{}
	for _, line := range readSet {
		found[line[1]] = true
	}
	if !found["parts"] {
		t.Errorf("the listed folder is not on record: %v", readSet)
	}
}

func TestALinkedBaseIsRead(t *testing.T) {
	files := map[string]string{
		"app/kustomization.yaml":  "resources: [base]\n",
		"app/base":                extracttest.Link("../base"),
		"base/kustomization.yaml": "resources: [p.yaml]\n",
		"base/p.yaml":             pod,
	}
	if text, _, err := build(t, files, ""); err != nil || !strings.Contains(text, `"a:1"`) {
		t.Errorf("%s %v", text, err)
	}
}

func TestAnApplicationInTheRootOfTheRepositoryIsBuilt(t *testing.T) {
	checkout := extracttest.Write(t, map[string]string{"Kustomization": "resources: [p.yaml]\n", "p.yaml": pod})
	options := kustomize.Options{NamePrefix: "x-"}
	for _, path := range []string{"", "."} {
		objects, _, err := kustomize.Render(kustomize.Request{Checkout: checkout, Path: path, Options: options})
		if err != nil || len(objects) != 1 {
			t.Errorf("%q: %v %v", path, objects, err)
		}
	}
}

func TestUnknownOptionsAreRefused(t *testing.T) {
	for _, options := range []string{`{"version":"v4"}`, `{"typo":1}`, `{"replicas":[{"name":"a","count":1.5}]}`} {
		if _, _, err := build(t, map[string]string{"app/kustomization.yaml": ""}, options); err == nil || !strings.Contains(err.Error(), "spec.source.kustomize") {
			t.Errorf("%s: %v", options, err)
		}
	}
}
