package helm

import (
	"bytes"
	"errors"
	"io/fs"
	"strings"

	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/strvals"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
)

// userValues returns what the Application sets over the chart's own values.
//
// Source: Helm pkg/cli/values (MergeValues): files in their order, then --set, --set-string, --set-file.
func userValues(request Request, files *sources) (map[string]any, error) {
	values := map[string]any{}
	resolved, err := resolveValueFiles(request, files)
	if err != nil {
		return nil, err
	}
	for _, file := range resolved {
		text, err := readValueFile(files, file)
		if err != nil {
			return nil, err
		}
		if values, err = merged(values, text, file.Path); err != nil {
			return nil, err
		}
	}
	if values, err = merged(values, []byte(request.Values), "spec.source.helm.values"); err != nil {
		return nil, err
	}
	if err := setParameters(values, request.Parameters); err != nil {
		return nil, err
	}
	return values, setFiles(values, request.FileParameters, files)
}

func merged(values map[string]any, text []byte, subject string) (map[string]any, error) {
	read, err := loader.LoadValues(bytes.NewReader(text))
	if err != nil {
		return nil, fault.Renderf("failed to parse %s: %v", subject, err)
	}
	return loader.MergeMaps(values, read), nil
}

func readValueFile(files *sources, file ValueFile) ([]byte, error) {
	if err := extract.CheckInside("values file", file.Path); err != nil {
		return nil, err
	}
	text, err := files.of(file.Checkout).Read(file.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Renderf("values file %s is not in %s. Add it, or set ignoreMissingValueFiles",
			file.Path, file.Checkout.RepoURL)
	}
	return text, err
}

// setParameters applies --set first and --set-string after it, each in its own order.
func setParameters(values map[string]any, parameters []Parameter) error {
	for _, forced := range []bool{false, true} {
		for _, parameter := range parameters {
			if parameter.ForceString != forced {
				continue
			}
			parse := strvals.ParseInto
			if forced {
				parse = strvals.ParseIntoString
			}
			if err := parse(parameter.Name+"="+escapeCommas(parameter.Value), values); err != nil {
				return fault.Renderf("spec.source.helm.parameters: %s: %v", parameter.Name, err)
			}
		}
	}
	return nil
}

func setFiles(values map[string]any, parameters []FileParameter, files *sources) error {
	for _, parameter := range parameters {
		read := func([]rune) (any, error) {
			text, err := readValueFile(files, parameter.File)
			return string(text), err
		}
		// the path is not parsed: commas and the like in it mean nothing
		if err := strvals.ParseIntoFile(parameter.Name+"=file", values, read); err != nil {
			return fault.Renderf("spec.source.helm.fileParameters: %s: %v", parameter.Name, err)
		}
	}
	return nil
}

// escapeCommas keeps a comma from ending the value, except in a list `{a,b}`.
//
// Source: Argo CD util/helm (cleanSetParameters).
func escapeCommas(value string) string {
	if strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}") {
		return value
	}
	var escaped strings.Builder
	var previous rune
	for _, char := range value {
		if char == ',' && previous != '\\' {
			escaped.WriteRune('\\')
		}
		escaped.WriteRune(char)
		previous = char
	}
	return escaped.String()
}
