package extract

import (
	"sort"
	"strings"
)

// Seen is one line of a read set: a path of a repository and the id that was found there, "" = absent.
type Seen [3]string

func (f *Files) record(name, id string) { f.seen[name] = id }

// ReadSet returns what was looked at, in ascending order of paths. What lies under a listed folder is left
// out, since the folder's id speaks for it; a folder that was only asked for stands for itself unless
// something below it is on record.
func (f *Files) ReadSet() []Seen {
	listed := map[string]bool{}
	for name, id := range f.seen {
		listed[name] = id != "" && f.isTree(id)
	}
	for name, id := range f.passed {
		if _, known := f.seen[name]; !known && !f.somethingBelow(name) {
			f.seen[name], listed[name] = id, true
		}
	}
	lines := make([]Seen, 0, len(f.seen))
	for name, id := range f.seen {
		if !underListed(name, listed) {
			lines = append(lines, Seen{f.checkout.RepoURL, name, id})
		}
	}
	sort.Slice(lines, func(i, j int) bool { return lines[i][1] < lines[j][1] })
	return lines
}

func (f *Files) isTree(id string) bool {
	_, known := f.trees[id]
	return known
}

func (f *Files) somethingBelow(dir string) bool {
	for name, id := range f.seen {
		if id != "" && (dir == "" || strings.HasPrefix(name, dir+"/")) {
			return true
		}
	}
	return false
}

func underListed(name string, listed map[string]bool) bool {
	for name != "" {
		name = parent(name)
		if listed[name] {
			return true
		}
	}
	return false
}
