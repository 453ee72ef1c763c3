// Package semver ranks the tags of an image by Masterminds' rules, as Argo CD Image Updater does.
package semver

import (
	"path/filepath"
	"regexp"
	"sort"
	"strings"

	"github.com/Masterminds/semver/v3"

	"tidegate.dev/kubetools/internal/fault"
)

// Request asks for the order of tags, and which of them filters and constraint let through.
type Request struct {
	Tags       []string `json:"tags"`
	Constraint string   `json:"constraint"`
	Allow      string   `json:"allow"`
	Ignore     []string `json:"ignore"`
}

type ranked struct {
	name    string
	version *semver.Version
}

// Rank returns {name, allowed, version, matches} of every tag: first those that are no versions, in byte
// order, then the versions from old to new; of equal ones the later name in byte order comes last.
// Source: argocd-image-updater, pkg/image/version.go and matchfunc.go: an unreadable filter of allowed tags
// matches nothing, an unreadable glob ignores nothing; an empty constraint takes every release.
func Rank(request Request) ([]map[string]any, error) {
	constraint := strings.TrimSpace(request.Constraint)
	if constraint == "" {
		constraint = "*"
	}
	wanted, err := semver.NewConstraint(constraint)
	if err != nil {
		return nil, fault.Renderf("the constraint %q: %v", request.Constraint, err)
	}
	allowed := allows(request.Allow)
	answers := make([]map[string]any, 0, len(request.Tags))
	for _, tag := range inOrder(request.Tags) {
		answers = append(answers, map[string]any{
			"name":    tag.name,
			"allowed": allowed(tag.name) && !ignored(tag.name, request.Ignore),
			"version": tag.version != nil,
			"matches": tag.version != nil && wanted.Check(tag.version),
		})
	}
	return answers, nil
}

func inOrder(tags []string) []ranked {
	found := make([]ranked, 0, len(tags))
	for _, tag := range tags {
		version, err := semver.NewVersion(tag)
		if err != nil {
			version = nil
		}
		found = append(found, ranked{tag, version})
	}
	sort.Slice(found, func(i, j int) bool { return before(found[i], found[j]) })
	return found
}

func before(a, b ranked) bool {
	if (a.version == nil) != (b.version == nil) {
		return a.version == nil
	}
	if a.version != nil {
		if order := a.version.Compare(b.version); order != 0 {
			return order < 0
		}
	}
	return a.name < b.name
}

func allows(allow string) func(string) bool {
	pattern, isPattern := strings.CutPrefix(allow, "regexp:")
	if !isPattern {
		every := allow == "" || allow == "any"
		return func(string) bool { return every }
	}
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return func(string) bool { return false }
	}
	return compiled.MatchString
}

func ignored(tag string, globs []string) bool {
	for _, glob := range globs {
		if matched, err := filepath.Match(glob, tag); err == nil && matched {
			return true
		}
	}
	return false
}
