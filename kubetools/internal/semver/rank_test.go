package semver_test

import (
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/semver"
)

func matching(t *testing.T, request semver.Request) string {
	t.Helper()
	answers, err := semver.Rank(request)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, each := range answers {
		if each["allowed"] == true && each["matches"] == true {
			names = append(names, each["name"].(string))
		}
	}
	return strings.Join(names, " ")
}

func TestVersionsComeFromOldToNewAndTiesByName(t *testing.T) {
	tags := []string{"1.10.0", "1.9.0", "v1.20", "1.20.0", "main", "20231005", "2.0.0-rc.1"}
	if found := matching(t, semver.Request{Tags: tags}); found != "1.9.0 1.10.0 1.20.0 v1.20 20231005" {
		t.Error(found)
	}
}

func TestConstraintsAreMasterminds(t *testing.T) {
	tags := []string{"1.2.0", "1.2.9", "1.3.0", "2.0.0", "2.1.0-rc1"}
	for constraint, want := range map[string]string{
		"~1.2": "1.2.0 1.2.9", "1.x": "1.2.0 1.2.9 1.3.0", "^1.2.1": "1.2.9 1.3.0", ">1.2 <2": "1.3.0",
		">=2.0.0-0": "2.0.0 2.1.0-rc1", "*-0": "1.2.0 1.2.9 1.3.0 2.0.0 2.1.0-rc1",
	} {
		if found := matching(t, semver.Request{Tags: tags, Constraint: constraint}); found != want {
			t.Errorf("%s: %s, want %s", constraint, found, want)
		}
	}
	if _, err := semver.Rank(semver.Request{Tags: tags, Constraint: "newest please"}); err == nil {
		t.Error("a constraint that does not parse is an error")
	}
}

func TestFiltersComeBeforeThePolicy(t *testing.T) {
	tags := []string{"1.0.0", "1.1.0", "1.1.0-arm", "1.2.0"}
	for _, each := range []struct {
		allow  string
		ignore []string
		want   string
	}{
		{"", []string{"1.1*"}, "1.0.0 1.2.0"},
		{"any", []string{"["}, "1.0.0 1.1.0 1.2.0"},
		{"regexp:^1\\.[01]\\.", nil, "1.0.0 1.1.0"},
		{"regexp:(?=1)", nil, ""},
		{"else", nil, ""},
	} {
		if found := matching(t, semver.Request{Tags: tags, Allow: each.allow, Ignore: each.ignore}); found != each.want {
			t.Errorf("%s %v: %s, want %s", each.allow, each.ignore, found, each.want)
		}
	}
}
