package extract_test

import (
	"errors"
	"io/fs"
	"maps"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/extract/extracttest"
)

func seen(files *extract.Files) map[string]string {
	found := map[string]string{}
	for _, line := range files.ReadSet() {
		if line[0] == extracttest.RepoURL {
			found[line[1]] = line[2]
		}
	}
	return found
}

func keys(found map[string]string) string {
	var names []string
	for name := range maps.Keys(found) {
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func TestAReadFileIsOnRecordByItsBlob(t *testing.T) {
	files := extract.Open(extracttest.Write(t, map[string]string{"a/b.txt": "text", "c": "x"}))
	text, err := files.Read("a/./b.txt")
	if err != nil || string(text) != "text" {
		t.Fatalf("read %q, %v", text, err)
	}
	if found := seen(files); len(found) != 1 || found["a/b.txt"] != extracttest.BlobID("text") {
		t.Errorf("recorded %v", found)
	}
}

func TestWhatIsAbsentIsOnRecord(t *testing.T) {
	files := extract.Open(extracttest.Write(t, map[string]string{"a/b.txt": "text"}))
	for _, name := range []string{"a/none", "none/deep/er", "a/b.txt/below"} {
		if _, err := files.Read(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
		if id, known := seen(files)[name]; !known || id != "" {
			t.Errorf("%s is not recorded as absent: %v", name, seen(files))
		}
	}
	if seen(files)["a/b.txt"] == "" {
		t.Error("a file that stands where a folder was looked for must be on record")
	}
}

func TestAListedFolderSpeaksForAllBelowIt(t *testing.T) {
	checkout := extracttest.Write(t, map[string]string{"a/b/c": "1", "a/d": "2", "e": "3"})
	files := extract.Open(checkout)
	names, err := files.List("a")
	if err != nil || len(names) != 2 || names[0].Name != "b" || !names[0].Dir || names[1].Dir {
		t.Fatalf("listed %v, %v", names, err)
	}
	for _, name := range []string{"a/b/c", "a/none"} {
		_, _ = files.Read(name)
	}
	if found := seen(files); len(found) != 1 || found["a"] == "" {
		t.Errorf("recorded %v", found)
	}
	if _, err := files.List(""); err != nil {
		t.Fatal(err)
	}
	if found := seen(files); len(found) != 1 || found[""] != checkout.Tree {
		t.Errorf("recorded %v, the root is %s", found, checkout.Tree)
	}
}

func TestAFolderThatWasOnlyAskedForStandsForItself(t *testing.T) {
	written := map[string]string{"a/b": "1", "c/d": "2"}
	files := extract.Open(extracttest.Write(t, written))
	for _, name := range []string{"a", "c"} {
		if _, dir, err := files.Stat(name); !dir || err != nil {
			t.Fatalf("%s: %v %v", name, dir, err)
		}
	}
	_, _ = files.Read("c/d")
	if found := seen(files); len(found) != 2 || found["a"] == "" || found["c/d"] == "" {
		t.Errorf("recorded %v, want the tree of a, and c/d alone", found)
	}
}

func TestALinkIsFollowedInsideAndRecordedWithItsTarget(t *testing.T) {
	files := extract.Open(extracttest.Write(t, map[string]string{
		"a/link": extracttest.Link("../b/real"), "b/real/x": "text", "c": extracttest.Link("a/link"),
	}))
	for _, name := range []string{"a/link/x", "c/x"} {
		if text, err := files.Read(name); err != nil || string(text) != "text" {
			t.Fatalf("%s: %q %v", name, text, err)
		}
	}
	if found := seen(files); keys(found) == "" || len(found) != 3 || found["b/real/x"] != extracttest.BlobID("text") ||
		found["a/link"] == "" || found["c"] == "" {
		t.Errorf("recorded %v", found)
	}
}

func TestALinkOutOfTheRepositoryIsRefused(t *testing.T) {
	for _, target := range []string{"/etc/passwd", "../x", "b/../../x", "../../../../../etc/passwd"} {
		files := extract.Open(extracttest.Write(t, map[string]string{"link": extracttest.Link(target), "b/c": ""}))
		if text, err := files.Read("link"); err == nil || !strings.Contains(err.Error(), "out of the repository") {
			t.Errorf("%s: %q %v", target, text, err)
		}
	}
}

func TestAPathFromARequestMayNotClimb(t *testing.T) {
	for name, inside := range map[string]bool{"a/b": true, "a/../b": true, "": true, ".": true, "../a": false, "/a": false, "a/../../b": false} {
		if err := extract.CheckInside("path", name); (err == nil) != inside {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestASubmoduleIsAnError(t *testing.T) {
	files := extract.Open(extracttest.Write(t, map[string]string{"mod": extracttest.Submodule}))
	_, listed := files.List("mod")
	_, read := files.Read("mod/a")
	for _, err := range []error{listed, read} {
		if err == nil || !strings.Contains(err.Error(), "submodule") {
			t.Errorf("said %v", err)
		}
	}
}

func TestAnIDOfAnObjectCannotNameAnotherFile(t *testing.T) {
	checkout := extracttest.Write(t, map[string]string{"a": ""})
	checkout.Tree = "../../../../../../etc/passwd"
	if _, err := extract.Open(checkout).Read("a"); err == nil || !strings.Contains(err.Error(), "no object id") {
		t.Errorf("said %v", err)
	}
}
