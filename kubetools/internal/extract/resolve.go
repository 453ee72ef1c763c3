package extract

import (
	"io/fs"
	"path"
	"strings"

	"tidegate.dev/kubetools/internal/fault"
)

// maxLinks is how many symbolic links one path may go through, as in Linux.
const maxLinks = 40

// clean turns a path from the root of the repository into its plain form; "" is the root.
func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+name), "/")
}

// escapes says whether `name`, followed from `dir`, climbs above the root.
func escapes(dir, name string) bool {
	depth := 0
	if dir != "" {
		depth = strings.Count(dir, "/") + 1
	}
	for _, part := range strings.Split(name, "/") {
		switch part {
		case "", ".":
		case "..":
			if depth--; depth < 0 {
				return true
			}
		default:
			depth++
		}
	}
	return false
}

// walker follows one path through trees and links.
type walker struct {
	files *Files
	links int
}

// resolve returns the real path and the entry of `name`. The error is fs.ErrNotExist when nothing is there
// (recorded as absent), or a fault when a link leaves the repository or a submodule is in the way.
func (w *walker) resolve(name string) (string, Entry, error) {
	at, here := "", Entry{Mode: modeTree, ID: w.files.checkout.Tree}
	rest := split(clean(name))
	for i, part := range rest {
		if here.IsSubmodule() {
			return "", Entry{}, w.files.submodule(at)
		}
		if !here.IsDir() {
			return "", Entry{}, w.files.absent(at, here, rest[i:])
		}
		entries, err := w.files.entries(here.ID)
		if err != nil {
			return "", Entry{}, err
		}
		next, found := entries[part]
		if !found {
			w.files.record(path.Join(append([]string{at}, rest[i:]...)...), "")
			return "", Entry{}, fs.ErrNotExist
		}
		at = path.Join(at, part)
		if next.IsLink() {
			at, next, err = w.follow(at, next)
			if err != nil {
				return "", Entry{}, err
			}
		}
		here = next
	}
	return at, here, nil
}

func (w *walker) follow(at string, link Entry) (string, Entry, error) {
	if w.links++; w.links > maxLinks {
		return "", Entry{}, fault.Renderf("%s: too many symbolic links. Remove the loop", at)
	}
	body, err := w.files.checkout.object(link.ID)
	if err != nil {
		return "", Entry{}, err
	}
	w.files.record(at, link.ID)
	target, dir := string(body), parent(at)
	if strings.HasPrefix(target, "/") || escapes(dir, target) {
		return "", Entry{}, fault.Renderf(
			"%s: the symbolic link points out of the repository. Keep its target inside the repository", at)
	}
	return w.resolve(path.Join(dir, target))
}

func split(name string) []string {
	if name == "" {
		return nil
	}
	return strings.Split(name, "/")
}

func parent(name string) string {
	dir := path.Dir(name)
	if dir == "." {
		return ""
	}
	return dir
}

// CheckInside refuses a path from the root of the repository that climbs out of it.
func CheckInside(subject, name string) error {
	if strings.HasPrefix(name, "/") || escapes("", name) {
		return fault.Renderf("%s %q leaves the repository. Name a path inside it", subject, name)
	}
	return nil
}
