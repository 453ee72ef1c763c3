package yaml_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/yaml"
)

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestScalarsMeanWhatTheyMeanToKubernetes(t *testing.T) {
	for text, want := range map[string]string{
		"y": "true", "n": "false", "NO": "false", "0o777": "511", "0777": "511", "08": "8", "1e3": "1000",
		"12:30:45": `"12:30:45"`, "2001-01-01": `"2001-01-01"`, "!!binary aGk=": `"hi"`, "!custom x": `"x"`,
		"12345678901234567890": "12345678901234567890", "9223372036854775807": "9223372036854775807", "~": "null",
	} {
		objects, err := yaml.Documents([]byte("v: " + text))
		if err != nil || asJSON(t, objects) != `[{"v":`+want+`}]` {
			t.Errorf("%s: %s, want %s, %v", text, asJSON(t, objects), want, err)
		}
	}
}

func TestAStreamIsReadUpToItsFirstMistake(t *testing.T) {
	objects, err := yaml.Documents([]byte("a: 1\n---\n---\n# only a comment\n---\nb: [\n---\nc: 1"))
	if asJSON(t, objects) != `[{"a":1}]` || err == nil || !strings.Contains(err.Error(), "document ") {
		t.Errorf("read %s, %v", asJSON(t, objects), err)
	}
}

func TestByteOrderMarksAreNoContent(t *testing.T) {
	for _, text := range []string{"\xef\xbb\xbfa: 1", "\xff\xfea\x00:\x00 \x001\x00", "\xfe\xff\x00a\x00:\x00 \x001"} {
		if objects, err := yaml.Documents([]byte(text)); err != nil || asJSON(t, objects) != `[{"a":1}]` {
			t.Errorf("%q: %s %v", text, asJSON(t, objects), err)
		}
	}
}

func TestListsAreFlattenedAndNullListsVanish(t *testing.T) {
	objects, err := yaml.Documents([]byte("kind: List\nitems: [{kind: A}, {kind: B}]\n---\nkind: CList\nitems: null\n---\nkind: D\nspec: {}\nitems: null"))
	if err != nil {
		t.Fatal(err)
	}
	flat, err := yaml.Flatten(objects)
	if err != nil || asJSON(t, flat) != `[{"kind":"A"},{"kind":"B"},{"items":null,"kind":"D","spec":{}}]` {
		t.Errorf("%s %v", asJSON(t, flat), err)
	}
	for _, text := range []string{"a: 1", "kind: List\nitems: [1]", "kind: List\nitems: [{a: 1}]", "kind: 5"} {
		objects, err := yaml.Documents([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := yaml.Flatten(objects); err == nil {
			t.Errorf("%q has an object without a kind", text)
		}
	}
}
