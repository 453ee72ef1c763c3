// Package kustomize builds a kustomization as `kustomize build` does, after the edits an Application asks for.
package kustomize

import (
	"errors"
	"io/fs"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
	"tidegate.dev/kubetools/internal/yaml"
)

// Request mirrors shared/domain/render/render_request.py KustomizeRequest.
type Request struct {
	Checkout extract.Checkout `json:"checkout"`
	Path     string           `json:"path"`
	Options  Options          `json:"options"`
}

// Render returns the objects of a kustomization and what was read for them.
func Render(request Request) ([]yaml.Object, []extract.Seen, error) {
	if err := extract.CheckInside("path", request.Path); err != nil {
		return nil, nil, err
	}
	files := extract.Open(request.Checkout)
	real, dir, err := files.Stat(request.Path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !dir {
		return nil, nil, fault.Renderf("%s: there is no such directory in the repository", request.Path)
	}
	if err != nil {
		return nil, nil, err
	}
	fileSystem := newFileSystem(files, strings.TrimSuffix("/"+real, "/"))
	objects, err := build(fileSystem, request)
	if fileSystem.refused != nil {
		err = fileSystem.refused
	}
	if err != nil {
		return nil, nil, explain(request.Path, err)
	}
	return objects, files.ReadSet(), nil
}

func build(fileSystem *fileSystem, request Request) ([]yaml.Object, error) {
	if err := request.Options.apply(fileSystem); err != nil {
		return nil, err
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionLegacy // what the program does when nobody says otherwise
	built, err := krusty.MakeKustomizer(options).Run(fileSystem, "/"+strings.TrimPrefix(fileSystem.cwd, "/"))
	if err != nil {
		return nil, err
	}
	return objectsOf(built)
}

func objectsOf(built resmap.ResMap) ([]yaml.Object, error) {
	objects := make([]yaml.Object, 0, built.Size())
	for _, resource := range built.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, err
		}
		documents, err := yaml.Documents(text)
		if err != nil {
			return nil, err
		}
		objects = append(objects, documents...)
	}
	return yaml.Flatten(objects)
}

// explain adds the way out where a kustomization asks for something from elsewhere.
func explain(subject string, err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return known
	}
	text := strings.TrimSpace(err.Error())
	for _, sign := range []string{"git fetch", "git init", "no 'git' program", "HTTP Error", "dial tcp", "dial udp", "lookup ", "/tmp/kustomize-"} {
		if strings.Contains(text, sign) {
			return fault.Renderf("%s: remote bases and remote files are not fetched yet: %s. Commit a copy to the repository",
				subject, text)
		}
	}
	return fault.Renderf("%s: %s", subject, text)
}
