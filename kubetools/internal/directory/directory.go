// Package directory reads plain manifests from a folder by Argo CD's rules.
package directory

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/gobwas/glob"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
	"tidegate.dev/kubetools/internal/yaml"
)

// Request mirrors shared/domain/render/render_request.py DirectoryRequest.
type Request struct {
	Checkout extract.Checkout `json:"checkout"`
	Path     string           `json:"path"`
	Recurse  bool             `json:"recurse"`
	Include  string           `json:"include"`
	Exclude  string           `json:"exclude"`
}

var manifestFile = regexp.MustCompile(`\.(yaml|yml|json|jsonnet)$`)

const skipMarker = "+argocd:skip-file-rendering"

// Render returns the objects of a folder and what was read for them.
//
// Source: Argo CD reposerver/repository (findManifests, getPotentiallyValidManifests).
func Render(request Request) ([]yaml.Object, []extract.Seen, error) {
	if err := extract.CheckInside("path", request.Path); err != nil {
		return nil, nil, err
	}
	reader, err := newReader(request)
	if err != nil {
		return nil, nil, err
	}
	err = reader.walk("")
	if errors.Is(err, fs.ErrNotExist) {
		err = fault.Renderf("%s: there is no such directory in the repository", request.Path)
	}
	if err != nil {
		return nil, nil, err
	}
	objects, err := yaml.Flatten(reader.objects)
	if err != nil {
		return nil, nil, fault.Renderf("%s: %v", request.Path, err)
	}
	return objects, reader.files.ReadSet(), nil
}

type reader struct {
	request          Request
	files            *extract.Files
	include, exclude glob.Glob
	objects          []yaml.Object
}

func newReader(request Request) (*reader, error) {
	r := &reader{request: request, files: extract.Open(request.Checkout)}
	for _, wanted := range []struct {
		field, pattern string
		into           *glob.Glob
	}{{"include", request.Include, &r.include}, {"exclude", request.Exclude, &r.exclude}} {
		if wanted.pattern == "" {
			continue
		}
		compiled, err := glob.Compile(wanted.pattern)
		if err != nil {
			return nil, fault.Renderf("spec.source.directory.%s %q: %v", wanted.field, wanted.pattern, err)
		}
		*wanted.into = compiled
	}
	return r, nil
}

// walk visits names in ascending order, a folder's content in the place of its name. Linked folders are
// not followed, as in filepath.Walk.
func (r *reader) walk(below string) error {
	names, err := r.files.List(path.Join(r.request.Path, below))
	if err != nil {
		return err
	}
	for _, name := range names {
		inFolder := path.Join(below, name.Name)
		switch {
		case name.Dir && r.request.Recurse && !name.Link:
			err = r.walk(inFolder)
		case !name.Dir && r.wanted(inFolder):
			err = r.read(inFolder)
			if name.Link && errors.Is(err, fs.ErrNotExist) {
				err = nil // a link that leads nowhere is skipped
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) wanted(name string) bool {
	if !manifestFile.MatchString(name) {
		return false
	}
	if r.exclude != nil && r.exclude.Match(name) {
		return false
	}
	return r.include == nil || r.include.Match(name)
}

func (r *reader) read(name string) error {
	full := path.Join(r.request.Path, name)
	text, err := r.files.Read(full)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte(skipMarker)) {
		return nil
	}
	switch path.Ext(name) {
	case ".jsonnet":
		return fault.Renderf("%s: jsonnet is not rendered yet. Commit its output, or leave it out by spec.source.directory.exclude", full)
	case ".json":
		return r.readJSON(full, text)
	default:
		return r.readYAML(full, text)
	}
}

func (r *reader) readJSON(full string, text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, []byte{0xEF, 0xBB, 0xBF})))
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return fault.Renderf("%s: is not JSON: %v", full, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fault.Renderf("%s: holds more than one object. Keep one object in a JSON file", full)
	}
	object, err := yaml.Decode(raw)
	if err != nil {
		return fault.Renderf("%s: %v", full, err)
	}
	if object != nil {
		r.objects = append(r.objects, object)
	}
	return nil
}

// readYAML takes the objects of a stream. A file that cannot be read, and looks like no manifest, is left out.
func (r *reader) readYAML(full string, text []byte) error {
	objects, err := yaml.Documents(text)
	if err == nil {
		_, err = yaml.Flatten(objects)
	}
	if err != nil && (len(objects) > 0 && looksRead(objects) || looksLikeManifest(text)) {
		return fault.Renderf("%s: %v", full, err)
	}
	if err == nil {
		r.objects = append(r.objects, objects...)
	}
	return nil
}

// looksRead is true when at least one object of the stream was a manifest.
func looksRead(objects []yaml.Object) bool {
	for _, object := range objects {
		if kind, _ := object["kind"].(string); kind != "" {
			return true
		}
	}
	return false
}

func looksLikeManifest(text []byte) bool {
	for _, field := range []string{"apiVersion:", "kind:", "metadata:"} {
		if !strings.Contains(string(text), field) {
			return false
		}
	}
	return true
}
