package helm

import (
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"
	chart "helm.sh/helm/v4/pkg/chart/v2"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
)

// completeDependencies adds what Chart.yaml names and charts/ lacks, where it lies in the same repository
// (`repository: file://../other`), and refuses the chart when something is still missing.
//
// Source: Helm pkg/action (CheckDependencies) and pkg/downloader (tarFromLocalDir); Argo CD runs
// `helm dependency build` when `helm template` says that a dependency is missing.
func completeDependencies(files *extract.Files, dir string, loaded *chart.Chart) error {
	inside := map[string]bool{}
	for _, dependency := range loaded.Dependencies() {
		inside[dependency.Name()] = true
	}
	var missing []string
	for _, wanted := range loaded.Metadata.Dependencies {
		if inside[wanted.Name] {
			continue
		}
		local, isLocal := strings.CutPrefix(wanted.Repository, "file://")
		if !isLocal {
			missing = append(missing, wanted.Name)
			continue
		}
		if err := addLocal(files, dir, local, wanted, loaded); err != nil {
			return err
		}
		inside[wanted.Name] = true
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.Renderf("chart %s: dependencies found in Chart.yaml, but missing in charts/ directory: %s. "+
		"Run `helm dependency build` and commit charts/", loaded.Name(), strings.Join(missing, ", "))
}

func addLocal(files *extract.Files, dir, local string, wanted *chart.Dependency, into *chart.Chart) error {
	subject := "chart " + into.Name() + ": dependency " + wanted.Name
	place := dir + "/" + local
	if strings.HasPrefix(local, "/") {
		place = local
	}
	if err := extract.CheckInside(subject+": file://", place); err != nil {
		return err
	}
	found, err := loadChart(files, path.Clean(place))
	if err != nil {
		return fault.Renderf("%s: %v", subject, err)
	}
	allowed, err := semver.NewConstraint(wanted.Version)
	if err != nil {
		return fault.Renderf("%s: version %q: %v", subject, wanted.Version, err)
	}
	version, err := semver.NewVersion(found.Metadata.Version)
	if err != nil || !allowed.Check(version) {
		return fault.Renderf("%s: %s has version %s, which is not %s", subject, path.Clean(place), found.Metadata.Version, wanted.Version)
	}
	into.AddDependency(found)
	return nil
}
