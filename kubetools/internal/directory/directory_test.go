package directory_test

import (
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/directory"
	"tidegate.dev/kubetools/internal/extract/extracttest"
)

func names(t *testing.T, files map[string]string, request directory.Request) (string, error) {
	t.Helper()
	request.Checkout = extracttest.Write(t, files)
	objects, _, err := directory.Render(request)
	var found []string
	for _, object := range objects {
		found = append(found, object["kind"].(string))
	}
	return strings.Join(found, " "), err
}

func TestFoldersAreWalkedInTheOrderOfNames(t *testing.T) {
	files := map[string]string{"app/b.yaml": "kind: B", "app/a/z.yaml": "kind: Z", "app/a.yaml": "kind: A", "app/c.txt": "kind: C"}
	if found, err := names(t, files, directory.Request{Path: "app"}); found != "A B" || err != nil {
		t.Error(found, err)
	}
	if found, err := names(t, files, directory.Request{Path: "app", Recurse: true}); found != "Z A B" || err != nil {
		t.Error(found, err)
	}
}

func TestAGlobThatCannotBeReadIsAnError(t *testing.T) {
	if _, err := names(t, map[string]string{"a.yaml": ""}, directory.Request{Include: "[a"}); err == nil || !strings.Contains(err.Error(), "directory.include") {
		t.Error(err)
	}
}

func TestABrokenFileMattersWhenItLooksLikeAManifest(t *testing.T) {
	for text, matters := range map[string]bool{
		"a: [":                                    false,
		"apiVersion: v1\nkind: A\nmetadata: [":    true,
		"kind: A\n---\na: [":                      true,
		"# apiVersion: kind: metadata:\nfoo: bar": true, // no kind, and it speaks of all three
		"foo: bar":                                false,
	} {
		if _, err := names(t, map[string]string{"a.yaml": text}, directory.Request{}); (err != nil) != matters {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestALinkedFolderIsNotWalked(t *testing.T) {
	files := map[string]string{"app/more": extracttest.Link("../b"), "app/a.yaml": "kind: A", "b/b.yaml": "kind: B"}
	if found, err := names(t, files, directory.Request{Path: "app", Recurse: true}); found != "A" || err != nil {
		t.Error(found, err)
	}
}
