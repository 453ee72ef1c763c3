package extract

import (
	"io/fs"
	"path"
	"sort"

	"tidegate.dev/kubetools/internal/fault"
)

// Files reads one checkout and keeps the record. Not for use by several goroutines.
type Files struct {
	checkout Checkout
	trees    map[string]map[string]Entry
	seen     map[string]string
	passed   map[string]string // folders whose being there was asked for, by path
}

// Open returns the files of a checkout with an empty record.
func Open(checkout Checkout) *Files {
	return &Files{
		checkout: checkout,
		trees:    map[string]map[string]Entry{},
		seen:     map[string]string{},
		passed:   map[string]string{},
	}
}

// Name is one entry of a listed folder, links followed.
type Name struct {
	Name string
	Dir  bool
	Link bool
}

// Stat returns the real path of name and whether it is a folder; fs.ErrNotExist when nothing is there.
func (f *Files) Stat(name string) (real string, dir bool, err error) {
	real, entry, err := (&walker{files: f}).resolve(name)
	if err != nil {
		return "", false, err
	}
	if entry.IsDir() {
		f.passed[real] = entry.ID
		return real, true, nil
	}
	f.record(real, entry.ID)
	return real, false, nil
}

// Read returns the bytes of a file; fs.ErrNotExist when nothing is there.
func (f *Files) Read(name string) ([]byte, error) {
	real, entry, err := (&walker{files: f}).resolve(name)
	if err != nil {
		return nil, err
	}
	if entry.IsDir() {
		f.passed[real] = entry.ID
		return nil, fault.Renderf("%s: is a directory, not a file", shown(name))
	}
	f.record(real, entry.ID)
	return f.checkout.object(entry.ID)
}

// List returns the names in a folder in ascending order; fs.ErrNotExist when nothing is there.
// A link that leads nowhere, or out of the repository, is an error of whoever opens it.
func (f *Files) List(name string) ([]Name, error) {
	real, entry, err := (&walker{files: f}).resolve(name)
	if err != nil {
		return nil, err
	}
	if entry.IsSubmodule() {
		return nil, f.submodule(real)
	}
	if !entry.IsDir() {
		f.record(real, entry.ID)
		return nil, fault.Renderf("%s: is a file, not a directory", shown(name))
	}
	f.record(real, entry.ID)
	entries, err := f.entries(entry.ID)
	if err != nil {
		return nil, err
	}
	names := make([]Name, 0, len(entries))
	for child, entry := range entries {
		dir := entry.IsDir()
		if entry.IsLink() {
			_, leadsToDir, err := f.Stat(path.Join(real, child))
			dir = err == nil && leadsToDir
		}
		names = append(names, Name{Name: child, Dir: dir, Link: entry.IsLink()})
	}
	sort.Slice(names, func(i, j int) bool { return names[i].Name < names[j].Name })
	return names, nil
}

func (f *Files) entries(id string) (map[string]Entry, error) {
	if known, found := f.trees[id]; found {
		return known, nil
	}
	entries, err := f.checkout.tree(id)
	if err != nil {
		return nil, err
	}
	f.trees[id] = entries
	return entries, nil
}

func (f *Files) absent(at string, here Entry, rest []string) error {
	f.record(at, here.ID) // a file where a folder was looked for
	f.record(path.Join(append([]string{at}, rest...)...), "")
	return fs.ErrNotExist
}

func (f *Files) submodule(at string) error {
	return fault.Renderf("%s: is a Git submodule, which is not fetched yet. Put its files into the repository", at)
}

func shown(name string) string {
	if name = clean(name); name == "" {
		return "the root of the repository"
	}
	return name
}
