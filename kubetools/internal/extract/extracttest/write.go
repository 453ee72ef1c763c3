// Package extracttest writes the extract of a commit from a map of files, for tests.
package extracttest

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/extract"
)

// RepoURL is the repository of every written checkout.
const RepoURL = "https://git.example/shop"

// Link makes the content of a symbolic link out of its target.
func Link(target string) string { return "\x00link\x00" + target }

// Submodule is the content of a mounted repository.
const Submodule = "\x00submodule\x00"

// Write returns the checkout of a commit that holds `files`, by path from the root. The ids of trees are
// hashes of the JSON: like Git's, they are equal when the contents are.
func Write(t *testing.T, files map[string]string) extract.Checkout {
	t.Helper()
	writer := writer{t, t.TempDir()}
	return extract.Checkout{RepoURL: RepoURL, ObjectsDir: writer.dir, Tree: writer.tree(files)}
}

// BlobID is the id that Git gives to a file's content.
func BlobID(content string) string { return identify("blob", []byte(content)) }

type writer struct {
	t   *testing.T
	dir string
}

func (w writer) tree(files map[string]string) string {
	entries := map[string][2]string{}
	folders := map[string]map[string]string{}
	for name, content := range files {
		folder, rest, nested := strings.Cut(name, "/")
		if !nested {
			entries[name] = w.entry(content)
			continue
		}
		if folders[folder] == nil {
			folders[folder] = map[string]string{}
		}
		folders[folder][rest] = content
	}
	for name, content := range folders {
		entries[name] = [2]string{"40000", w.tree(content)}
	}
	text, err := json.Marshal(entries)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.store(identify("tree", text), text)
}

func (w writer) entry(content string) [2]string {
	if content == Submodule {
		return [2]string{"160000", strings.Repeat("c", 40)}
	}
	if target, isLink := strings.CutPrefix(content, Link("")); isLink {
		return [2]string{"120000", w.store(BlobID(target), []byte(target))}
	}
	return [2]string{"100644", w.store(BlobID(content), []byte(content))}
}

func (w writer) store(id string, content []byte) string {
	place := filepath.Join(w.dir, id[:2], id[2:])
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(place, content, 0o644); err != nil {
		w.t.Fatal(err)
	}
	return id
}

func identify(kind string, content []byte) string {
	sum := sha1.Sum(append(fmt.Appendf(nil, "%s %d\x00", kind, len(content)), content...))
	return hex.EncodeToString(sum[:])
}
