package helm

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"time"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
)

var utf8BOM = []byte{0xEF, 0xBB, 0xBF}

// loadChart reads the chart in the folder `dir`.
//
// Source: Helm pkg/chart/v2/loader (LoadDir): links followed, .helmignore honoured, byte order marks cut,
// files of more than 5 MiB refused.
func loadChart(files *extract.Files, dir string) (*chart.Chart, error) {
	buffered, err := chartFiles(files, dir)
	if err != nil {
		return nil, err
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, fault.Renderf("%s: %v", dir, err)
	}
	return loaded, nil
}

func chartFiles(files *extract.Files, dir string) ([]*archive.BufferedFile, error) {
	rules, err := ignoreRules(files, dir)
	if err != nil {
		return nil, err
	}
	var found []*archive.BufferedFile
	var walk func(below string, depth int) error
	walk = func(below string, depth int) error {
		if depth > 100 {
			return fault.Renderf("%s: folders are nested more than 100 deep. Remove the symbolic link that loops", below)
		}
		names, err := files.List(path.Join(dir, below))
		if err != nil {
			return err
		}
		for _, name := range names {
			inChart := path.Join(below, name.Name)
			if rules.Ignore(inChart, info{name}) {
				continue
			}
			if name.Dir {
				if err := walk(inChart, depth+1); err != nil {
					return err
				}
				continue
			}
			data, err := files.Read(path.Join(dir, inChart))
			if errors.Is(err, fs.ErrNotExist) {
				return fault.Renderf("%s: the symbolic link leads nowhere. Mend or remove it", path.Join(dir, inChart))
			}
			if err != nil {
				return err
			}
			if int64(len(data)) > archive.MaxDecompressedFileSize {
				return fault.Renderf("chart file %q is larger than the maximum file size %d", inChart, archive.MaxDecompressedFileSize)
			}
			found = append(found, &archive.BufferedFile{Name: inChart, Data: bytes.TrimPrefix(data, utf8BOM)})
		}
		return nil
	}
	err = walk("", 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Renderf("%s: there is no such directory in the repository", dir)
	}
	return found, err
}

func ignoreRules(files *extract.Files, dir string) (*ignore.Rules, error) {
	rules := ignore.Empty()
	text, err := files.Read(path.Join(dir, ignore.HelmIgnore))
	switch {
	case err == nil:
		if rules, err = ignore.Parse(bytes.NewReader(text)); err != nil {
			return nil, fault.Renderf("%s: %v", path.Join(dir, ignore.HelmIgnore), err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	rules.AddDefaults()
	return rules, nil
}

// info shows a listed name to the rules of .helmignore, which ask for no more than its being a folder.
type info struct{ name extract.Name }

func (i info) Name() string       { return i.name.Name }
func (i info) Size() int64        { return 0 }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) IsDir() bool        { return i.name.Dir }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.name.Dir {
		return fs.ModeDir
	}
	return 0
}
