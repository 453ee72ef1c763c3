package helm

import (
	"errors"
	"slices"
	"strings"
	"text/template"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
	"tidegate.dev/kubetools/internal/yaml"
)

// render follows `helm template --include-crds`.
//
// Source: Helm pkg/action (Install.RunWithContext, renderResources) and pkg/cmd/template.go.
func render(request Request, files *sources) ([]yaml.Object, error) {
	if err := extract.CheckInside("chart path", request.Path); err != nil {
		return nil, err
	}
	if err := chartutil.ValidateReleaseName(request.Release); err != nil {
		return nil, fault.Renderf("release name %q: %v", request.Release, err)
	}
	loaded, err := loadChart(files.of(request.Checkout), request.Path)
	if err != nil {
		return nil, err
	}
	if err := completeDependencies(files.of(request.Checkout), request.Path, loaded); err != nil {
		return nil, err
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, fault.Renderf("chart %s: %s charts are not installable", loaded.Name(), kind)
	}
	values, err := userValues(request, files)
	if err != nil {
		return nil, err
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, fault.Renderf("chart %s: dependencies: %v", loaded.Name(), err)
	}
	texts, err := renderTexts(request, loaded, values, capabilities)
	if err != nil {
		return nil, err
	}
	return objectsOf(request, loaded, texts)
}

func capabilitiesOf(request Request) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if request.KubeVersion != "" {
		version, err := common.ParseKubeVersion(request.KubeVersion)
		if err != nil {
			return nil, fault.Renderf("Kubernetes version %q: %v", request.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), request.APIVersions...)
	return capabilities, nil
}

// refused are functions that have no place here. `env` and `expandenv` Helm has taken out itself, and
// `lookup` finds nothing, as in `helm template`.
var refused = template.FuncMap{
	"getHostByName": func(string) (string, error) {
		return "", errors.New("getHostByName is refused: a render has no network. Pass the address as a value")
	},
}

func renderTexts(request Request, loaded *chart.Chart, values map[string]any, capabilities *common.Capabilities) (map[string]string, error) {
	options := common.ReleaseOptions{Name: request.Release, Namespace: request.Namespace, Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, values, options, capabilities, true)
	if err != nil {
		return nil, fault.Renderf("chart %s: values: %v", loaded.Name(), err)
	}
	if table, isTable := top["Values"].(common.Values); isTable && !request.SkipSchemaValidation {
		if err := checkSchemas(loaded, table); err != nil {
			return nil, err
		}
	}
	wanted := loaded.Metadata.KubeVersion
	if wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, fault.Renderf("chart %s requires kubeVersion: %s which is incompatible with Kubernetes %s",
			loaded.Name(), wanted, capabilities.KubeVersion.Version)
	}
	texts, err := engine.Engine{CustomTemplateFuncs: refused}.Render(loaded, top)
	if err != nil {
		return nil, fault.Renderf("%v", err)
	}
	for name := range texts {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(texts, name)
		}
	}
	return texts, nil
}

// objectsOf returns CRDs, then manifests by Helm's install order, then hooks.
func objectsOf(request Request, loaded *chart.Chart, texts map[string]string) ([]yaml.Object, error) {
	var all []yaml.Object
	add := func(name, text string) error {
		objects, err := yaml.Documents([]byte(text))
		if err == nil {
			objects, err = yaml.Flatten(objects)
		}
		if err != nil {
			return fault.Renderf("YAML parse error on %s: %v", name, err)
		}
		all = append(all, objects...)
		return nil
	}
	hooks, manifests, err := releaseutil.SortManifests(texts, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, fault.Renderf("%v", err)
	}
	if !request.SkipCRDs {
		for _, crd := range loaded.CRDObjects() {
			if err := add(crd.Filename, string(crd.File.Data)); err != nil {
				return nil, err
			}
		}
	}
	for _, manifest := range manifests {
		if err := add(manifest.Name, manifest.Content); err != nil {
			return nil, err
		}
	}
	for _, hook := range hooks {
		if request.SkipTests && slices.Contains(hook.Events, release.HookTest) {
			continue
		}
		if err := add(hook.Path, hook.Manifest); err != nil {
			return nil, err
		}
	}
	return all, nil
}
