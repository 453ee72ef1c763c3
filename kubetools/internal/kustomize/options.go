package kustomize

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"sigs.k8s.io/kustomize/api/ifc"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/kv"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/kustomize/v5/commands/edit/add"
	"sigs.k8s.io/kustomize/kustomize/v5/commands/edit/set"
	sigsyaml "sigs.k8s.io/yaml"

	"tidegate.dev/kubetools/internal/fault"
)

// Options is spec.source.kustomize of an Application.
//
// KubeVersion and APIVersions matter to helmCharts alone, and CommonAnnotationsEnvsubst to the caller, who
// puts the build's variables in before asking.
type Options struct {
	NamePrefix                string            `json:"namePrefix"`
	NameSuffix                string            `json:"nameSuffix"`
	Namespace                 string            `json:"namespace"`
	Images                    []string          `json:"images"`
	Replicas                  []Replica         `json:"replicas"`
	CommonLabels              map[string]string `json:"commonLabels"`
	CommonAnnotations         map[string]string `json:"commonAnnotations"`
	ForceCommonLabels         bool              `json:"forceCommonLabels"`
	ForceCommonAnnotations    bool              `json:"forceCommonAnnotations"`
	LabelWithoutSelector      bool              `json:"labelWithoutSelector"`
	LabelIncludeTemplates     bool              `json:"labelIncludeTemplates"`
	Patches                   []any             `json:"patches"`
	Components                []string          `json:"components"`
	IgnoreMissingComponents   bool              `json:"ignoreMissingComponents"`
	CommonAnnotationsEnvsubst bool              `json:"commonAnnotationsEnvsubst"`
	KubeVersion               string            `json:"kubeVersion"`
	APIVersions               []string          `json:"apiVersions"`
}

// Replica sets the replicas of the workloads of one name.
type Replica struct {
	Name  string `json:"name"`
	Count count  `json:"count"`
}

// count is a whole number, written as a number or as text.
type count string

func (c *count) UnmarshalJSON(text []byte) error {
	number := string(bytes.Trim(text, `"`))
	if _, err := strconv.Atoi(number); err != nil {
		return fmt.Errorf("count %s is no whole number", text)
	}
	*c = count(number)
	return nil
}

// UnmarshalJSON refuses options that we do not know.
func (o *Options) UnmarshalJSON(text []byte) error {
	type plain Options
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode((*plain)(o)); err != nil {
		return fault.Renderf("spec.source.kustomize: %v. Mend or remove it", err)
	}
	return nil
}

// apply does to the kustomization what Argo CD does by `kustomize edit`, in the same order.
//
// Source: Argo CD util/kustomize (Build).
func (o Options) apply(files *fileSystem) error {
	for _, arguments := range o.edits() {
		if err := edit(files, arguments); err != nil {
			return err
		}
	}
	if err := o.addPatches(files); err != nil {
		return err
	}
	return o.addComponents(files)
}

func (o Options) edits() [][]string {
	var edits [][]string
	one := func(value string, command ...string) {
		if value != "" {
			edits = append(edits, append(command, "--", value))
		}
	}
	many := func(values []string, command ...string) {
		if len(values) > 0 {
			edits = append(edits, append(append(command, "--"), values...))
		}
	}
	one(o.NamePrefix, "set", "nameprefix")
	one(o.NameSuffix, "set", "namesuffix")
	many(o.Images, "set", "image")
	many(replicas(o.Replicas), "set", "replicas")
	many(pairs(o.CommonLabels), slices.Concat([]string{"add", "label"}, flag(o.ForceCommonLabels, "--force"),
		flag(o.LabelWithoutSelector, "--without-selector"), flag(o.LabelIncludeTemplates, "--include-templates"))...)
	many(pairs(o.CommonAnnotations),
		slices.Concat([]string{"add", "annotation"}, flag(o.ForceCommonAnnotations, "--force"))...)
	one(o.Namespace, "set", "namespace")
	return edits
}

func replicas(wanted []Replica) []string {
	var texts []string
	for _, replica := range wanted {
		texts = append(texts, replica.Name+"="+string(replica.Count))
	}
	return texts
}

func pairs(wanted map[string]string) []string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		texts = append(texts, name+":"+wanted[name])
	}
	return texts
}

func flag(wanted bool, name string) []string {
	if wanted {
		return []string{name}
	}
	return nil
}

// edit runs one of Kustomize's own edit commands on the file system.
func edit(files *fileSystem, arguments []string) error {
	provided := provider.NewDefaultDepProvider()
	validator := provided.GetFieldValidator()
	loader := kv.NewLoader(ifc.Loader(nil), validator)
	command := &cobra.Command{Use: "edit", SilenceErrors: true, SilenceUsage: true}
	command.AddCommand(set.NewCmdSet(files, loader, validator, provided.GetResourceFactory()))
	command.AddCommand(add.NewCmdAdd(files, loader, provided.GetResourceFactory()))
	command.SetOut(io.Discard)
	command.SetErr(io.Discard)
	command.SetArgs(arguments)
	if err := command.Execute(); err != nil {
		return fmt.Errorf("kustomize edit %s %s: %w", arguments[0], arguments[1], err)
	}
	return nil
}

// addPatches appends to `patches` in the file, for which there is no edit command.
func (o Options) addPatches(files *fileSystem) error {
	if len(o.Patches) == 0 {
		return nil
	}
	name, text, err := kustomizationFile(files)
	if err != nil {
		return err
	}
	var kustomization map[string]any
	if err := sigsyaml.Unmarshal(text, &kustomization); err != nil || kustomization == nil {
		return fmt.Errorf("%s: is no YAML object: %v", name, err)
	}
	existing, isList := kustomization["patches"].([]any)
	if kustomization["patches"] != nil && !isList {
		return fmt.Errorf("%s: patches is %T, not a list", name, kustomization["patches"])
	}
	kustomization["patches"] = append(existing, o.Patches...)
	if text, err = sigsyaml.Marshal(kustomization); err != nil {
		return err
	}
	return files.WriteFile(name, text)
}

func kustomizationFile(files *fileSystem) (string, []byte, error) {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		if files.Exists(name) {
			text, err := files.ReadFile(name)
			return name, text, err
		}
	}
	return "", nil, fmt.Errorf("kustomization file not found in the path")
}

func (o Options) addComponents(files *fileSystem) error {
	components := o.Components
	if o.IgnoreMissingComponents {
		components = slices.DeleteFunc(slices.Clone(components), func(name string) bool {
			return !files.Exists(path.Clean(name))
		})
	}
	if len(components) == 0 {
		return nil
	}
	return edit(files, append([]string{"add", "component", "--"}, components...))
}
