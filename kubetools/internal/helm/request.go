// Package helm renders a chart as `helm template` does, with the engine of Helm 4.
package helm

import (
	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/yaml"
)

// Request mirrors shared/domain/render/render_request.py HelmRequest.
type Request struct {
	Checkout                extract.Checkout `json:"checkout"`
	Path                    string           `json:"path"`
	Release                 string           `json:"release"`
	Namespace               string           `json:"namespace"`
	KubeVersion             string           `json:"kube_version"`
	APIVersions             []string         `json:"api_versions"`
	ValueFiles              []ValueFile      `json:"value_files"`
	Values                  string           `json:"values"`
	Parameters              []Parameter      `json:"parameters"`
	FileParameters          []FileParameter  `json:"file_parameters"`
	SkipCRDs                bool             `json:"skip_crds"`
	SkipTests               bool             `json:"skip_tests"`
	SkipSchemaValidation    bool             `json:"skip_schema_validation"`
	IgnoreMissingValueFiles bool             `json:"ignore_missing_value_files"`
}

// ValueFile is a file, or a glob of files, from the root of a checkout.
type ValueFile struct {
	Checkout extract.Checkout `json:"checkout"`
	Path     string           `json:"path"`
}

// Parameter is `--set name=value`, or `--set-string`.
type Parameter struct {
	Name        string `json:"name"`
	Value       string `json:"value"`
	ForceString bool   `json:"force_string"`
}

// FileParameter is `--set-file name=path`.
type FileParameter struct {
	Name string    `json:"name"`
	File ValueFile `json:"file"`
}

// Render returns the objects of a chart and what was read for them.
func Render(request Request) ([]yaml.Object, []extract.Seen, error) {
	files := newSources()
	objects, err := render(request, files)
	if err != nil {
		return nil, nil, err
	}
	return objects, files.readSet(), nil
}

// sources holds one extract.Files per repository and commit, so that each path is recorded once.
type sources struct {
	order []*extract.Files
	known map[extract.Checkout]*extract.Files
}

func newSources() *sources { return &sources{known: map[extract.Checkout]*extract.Files{}} }

func (s *sources) of(checkout extract.Checkout) *extract.Files {
	if files, found := s.known[checkout]; found {
		return files
	}
	files := extract.Open(checkout)
	s.known[checkout] = files
	s.order = append(s.order, files)
	return files
}

func (s *sources) readSet() []extract.Seen {
	var lines []extract.Seen
	for _, files := range s.order {
		lines = append(lines, files.ReadSet()...)
	}
	return lines
}
