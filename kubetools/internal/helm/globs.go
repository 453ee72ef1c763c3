package helm

import (
	"errors"
	"io/fs"
	"path"
	"sort"
	"strings"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
)

// resolveValueFiles returns the files to read, globs expanded in ascending order; a file that is also named
// on its own keeps its own place.
//
// Source: Argo CD reposerver/repository (getResolvedValueFiles).
func resolveValueFiles(request Request, files *sources) ([]ValueFile, error) {
	explicit := map[ValueFile]bool{}
	for _, file := range request.ValueFiles {
		explicit[file] = explicit[file] || !isGlob(file.Path)
	}
	var resolved []ValueFile
	taken := map[ValueFile]bool{}
	take := func(file ValueFile) {
		if !taken[file] {
			taken[file] = true
			resolved = append(resolved, file)
		}
	}
	for _, file := range request.ValueFiles {
		if isGlob(file.Path) {
			matches, err := expand(files.of(file.Checkout), file.Path)
			if err != nil {
				return nil, err
			}
			if len(matches) == 0 && !request.IgnoreMissingValueFiles {
				return nil, fault.Renderf("values file glob %s matches no file in %s. Mend it, or set ignoreMissingValueFiles",
					file.Path, file.Checkout.RepoURL)
			}
			for _, match := range matches {
				if found := (ValueFile{Checkout: file.Checkout, Path: match}); !explicit[found] {
					take(found)
				}
			}
			continue
		}
		if request.IgnoreMissingValueFiles {
			if _, _, err := files.of(file.Checkout).Stat(file.Path); errors.Is(err, fs.ErrNotExist) {
				continue
			}
		}
		take(file)
	}
	return resolved, nil
}

func isGlob(name string) bool { return strings.ContainsAny(name, "*?[{") }

// expand returns the files that match; `**` stands for any number of folders.
func expand(files *extract.Files, pattern string) ([]string, error) {
	if err := extract.CheckInside("values file", pattern); err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for _, alternative := range braces(pattern) {
		if err := match(files, "", strings.Split(alternative, "/"), found, 0); err != nil {
			return nil, err
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}

func match(files *extract.Files, dir string, parts []string, found map[string]bool, depth int) error {
	part, rest := parts[0], parts[1:]
	if depth > 100 {
		return nil
	}
	if !isGlob(part) {
		return matchName(files, path.Join(dir, part), rest, found, depth)
	}
	if part == "**" && len(rest) > 0 {
		if err := match(files, dir, rest, found, depth+1); err != nil {
			return err
		}
	}
	names, err := files.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, name := range names {
		fits, err := path.Match(part, name.Name)
		if err != nil {
			return fault.Renderf("values file glob %s: %v", part, err)
		}
		full := path.Join(dir, name.Name)
		switch {
		case part == "**" && name.Dir:
			err = match(files, full, parts, found, depth+1)
		case fits && name.Dir && len(rest) > 0:
			err = match(files, full, rest, found, depth+1)
		case fits && !name.Dir && len(rest) == 0:
			found[full] = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func matchName(files *extract.Files, name string, rest []string, found map[string]bool, depth int) error {
	real, dir, err := files.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if dir && len(rest) > 0 {
		return match(files, real, rest, found, depth+1)
	}
	if !dir && len(rest) == 0 {
		found[name] = true
	}
	return nil
}

// braces expands {a,b} alternatives.
func braces(pattern string) []string {
	open := strings.IndexByte(pattern, '{')
	if open < 0 {
		return []string{pattern}
	}
	length := strings.IndexByte(pattern[open:], '}')
	if length < 0 {
		return []string{pattern}
	}
	var all []string
	for _, choice := range strings.Split(pattern[open+1:open+length], ",") {
		all = append(all, braces(pattern[:open]+choice+pattern[open+length+1:])...)
	}
	return all
}
