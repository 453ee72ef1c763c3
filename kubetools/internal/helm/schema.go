package helm

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"tidegate.dev/kubetools/internal/fault"
)

// checkSchemas holds the values against each chart's values.schema.json.
//
// Source: Helm pkg/chart/common/util (ValidateAgainstSchema), but for one thing: a `$ref` to a file or a URL
// is refused, where Helm opens any file of the machine and calls the network.
func checkSchemas(loaded *chart.Chart, values map[string]any) error {
	problems := schemaProblems(loaded, values)
	if len(problems) == 0 {
		return nil
	}
	return fault.Renderf("values don't meet the specifications of the schema(s) in the following chart(s):\n%s",
		strings.Join(problems, "\n"))
}

func schemaProblems(loaded *chart.Chart, values map[string]any) []string {
	var problems []string
	if loaded.Schema != nil {
		if err := checkSchema(loaded.Schema, values); err != nil {
			problems = append(problems, fmt.Sprintf("%s:\n%v", loaded.Name(), err))
		}
	}
	for _, child := range loaded.Dependencies() {
		own, isSet := values[child.Name()]
		if !isSet || own == nil {
			continue
		}
		table, isTable := own.(map[string]any)
		if !isTable {
			problems = append(problems,
				fmt.Sprintf("%s:\ninvalid type for values: expected object (map), got %T", child.Name(), own))
			continue
		}
		problems = append(problems, schemaProblems(child, table)...)
	}
	return problems
}

const schemaURL = "file:///values.schema.json"

func checkSchema(schema []byte, values map[string]any) (err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("unable to validate schema: %v", caught)
		}
	}()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(insideOnly{})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	validator, err := compiler.Compile(schemaURL)
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	if err := validator.Validate(values); err != nil {
		text := strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n")
		return fmt.Errorf("%s", text)
	}
	return nil
}

// insideOnly refuses to load a schema from elsewhere. An unknown urn is taken for `true`, as in Helm.
type insideOnly struct{}

func (insideOnly) Load(url string) (any, error) {
	if strings.HasPrefix(url, "urn:") {
		return true, nil
	}
	return nil, fmt.Errorf("$ref to %s is refused: a schema may only refer to itself. Move it into values.schema.json", url)
}
