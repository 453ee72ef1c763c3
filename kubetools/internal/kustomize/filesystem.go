package kustomize

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"tidegate.dev/kubetools/internal/extract"
	"tidegate.dev/kubetools/internal/fault"
)

// fileSystem shows an extract to Kustomize: `/` is the root of the repository, relative paths start at the
// application's folder, and what is written stays in memory.
type fileSystem struct {
	files   *extract.Files
	cwd     string
	overlay map[string][]byte // by real path from the root
	refused error             // the first thing that may not be read: Kustomize swallows some errors
}

var _ filesys.FileSystem = (*fileSystem)(nil)

func newFileSystem(files *extract.Files, cwd string) *fileSystem {
	return &fileSystem{files: files, cwd: cwd, overlay: map[string][]byte{}}
}

// inRepo turns a path of Kustomize into one from the root of the repository.
func (s *fileSystem) inRepo(name string) (string, error) {
	if !strings.HasPrefix(name, "/") {
		name = s.cwd + "/" + name
		if err := extract.CheckInside("path", name[len("/"):]); err != nil {
			return "", s.refuse(err)
		}
	}
	return strings.TrimPrefix(path.Clean(name), "/"), nil
}

func (s *fileSystem) refuse(err error) error {
	var known *fault.Error
	if s.refused == nil && errors.As(err, &known) {
		s.refused = err
	}
	return err
}

// find returns the real path of name, and whether it is a folder.
func (s *fileSystem) find(operation, name string) (string, bool, error) {
	inRepo, err := s.inRepo(name)
	if err != nil {
		return "", false, err
	}
	if _, written := s.overlay[inRepo]; written {
		return inRepo, false, nil
	}
	real, dir, err := s.files.Stat(inRepo)
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, &fs.PathError{Op: operation, Path: name, Err: fs.ErrNotExist}
	}
	return real, dir, s.refuse(err)
}

func (s *fileSystem) Exists(name string) bool {
	_, _, err := s.find("stat", name)
	return err == nil
}

func (s *fileSystem) IsDir(name string) bool {
	_, dir, err := s.find("stat", name)
	return err == nil && dir
}

func (s *fileSystem) ReadFile(name string) ([]byte, error) {
	real, dir, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if dir {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	}
	if text, written := s.overlay[real]; written {
		return text, nil
	}
	text, err := s.files.Read(real)
	return text, s.refuse(err)
}

func (s *fileSystem) WriteFile(name string, text []byte) error {
	real, dir, err := s.find("write", name)
	if errors.Is(err, fs.ErrNotExist) {
		real, err = s.inRepo(name)
	}
	if err != nil {
		return err
	}
	if dir {
		return &fs.PathError{Op: "write", Path: name, Err: errors.New("is a directory")}
	}
	s.overlay[real] = text
	return nil
}

func (s *fileSystem) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	real, dir, err := s.find("stat", name)
	if err != nil {
		return "", "", err
	}
	if dir {
		return filesys.ConfirmedDir("/" + real), "", nil
	}
	folder, file := path.Split("/" + real)
	return filesys.ConfirmedDir(path.Clean(folder)), file, nil
}

func (s *fileSystem) ReadDir(name string) ([]string, error) {
	listed, err := s.list(name)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(listed))
	for i, entry := range listed {
		names[i] = entry.Name
	}
	return names, nil
}

func (s *fileSystem) list(name string) ([]extract.Name, error) {
	real, _, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	listed, err := s.files.List(real)
	return listed, s.refuse(err)
}

// Glob returns what matches, hidden files left out unless the pattern asks for them.
func (s *fileSystem) Glob(pattern string) ([]string, error) {
	found, err := s.glob(pattern)
	if err != nil || filesys.IsHiddenFilePath(pattern) {
		return found, err
	}
	return filesys.RemoveHiddenFiles(found), nil
}

func (s *fileSystem) glob(pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	if !strings.ContainsAny(pattern, `*?[\`) {
		if s.Exists(pattern) {
			return []string{pattern}, nil
		}
		return nil, nil
	}
	folder, last := path.Split(pattern)
	folders := []string{""}
	if trimmed := strings.TrimSuffix(folder, "/"); trimmed != "" {
		var err error
		if folders, err = s.glob(trimmed); err != nil {
			return nil, err
		}
	}
	var found []string
	for _, folder := range folders {
		if !s.IsDir(path.Join(".", folder)) {
			continue
		}
		listed, err := s.list(path.Join(".", folder))
		if err != nil {
			return nil, err
		}
		for _, entry := range listed {
			if fits, _ := path.Match(last, entry.Name); fits {
				found = append(found, path.Join(folder, entry.Name))
			}
		}
	}
	return found, nil
}

var errReadOnly = errors.New("the checkout is read-only")

func (s *fileSystem) Create(name string) (filesys.File, error) { return nil, readOnly("create", name) }
func (s *fileSystem) Mkdir(name string) error                  { return readOnly("mkdir", name) }
func (s *fileSystem) MkdirAll(name string) error               { return readOnly("mkdir", name) }
func (s *fileSystem) RemoveAll(name string) error              { return readOnly("remove", name) }
func (s *fileSystem) Open(name string) (filesys.File, error)   { return nil, readOnly("open", name) }
func (s *fileSystem) Walk(name string, _ filepath.WalkFunc) error {
	return readOnly("walk", name)
}

func readOnly(operation, name string) error {
	return &os.PathError{Op: operation, Path: name, Err: errReadOnly}
}
