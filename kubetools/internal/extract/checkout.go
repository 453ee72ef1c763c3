// Package extract reads a commit as a content-addressed extract and records everything that was looked at.
//
// An extract is a directory with one file per Git object, `<first two digits>/<other digits>` of its id:
// a blob's file is its bytes, a tree's file is JSON `{"name": ["mode", "object id"], …}`. Nothing outside
// of that directory is ever opened, whatever a path or a symbolic link says.
package extract

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"tidegate.dev/kubetools/internal/fault"
)

// Modes of Git's tree entries.
const (
	modeTree      = "40000"
	modeLink      = "120000"
	modeSubmodule = "160000"
)

// Checkout names one commit of one repository.
type Checkout struct {
	RepoURL    string `json:"repo_url"`
	ObjectsDir string `json:"objects_dir"`
	Tree       string `json:"tree"`
}

// Entry is what a tree holds under a name.
type Entry struct {
	Mode string
	ID   string
}

// IsDir is true for trees, and for submodules, which are folders that we cannot look into.
func (e Entry) IsDir() bool {
	return e.Mode == modeTree || e.Mode == "040000" || e.Mode == modeSubmodule
}

// IsLink is true for symbolic links.
func (e Entry) IsLink() bool { return e.Mode == modeLink }

// IsSubmodule is true where another repository is mounted.
func (e Entry) IsSubmodule() bool { return e.Mode == modeSubmodule }

// UnmarshalJSON reads `["mode", "object id"]`.
func (e *Entry) UnmarshalJSON(text []byte) error {
	var pair [2]string
	if err := json.Unmarshal(text, &pair); err != nil {
		return err
	}
	e.Mode, e.ID = pair[0], pair[1]
	return nil
}

var objectID = regexp.MustCompile(`^[0-9a-f]{40,64}$`)

func (c Checkout) object(id string) ([]byte, error) {
	if !objectID.MatchString(id) {
		return nil, fault.Extractf("extract of %s: %q is no object id", c.RepoURL, id)
	}
	body, err := os.ReadFile(filepath.Join(c.ObjectsDir, id[:2], id[2:]))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Extractf("extract of %s: object %s is missing", c.RepoURL, id)
	}
	if err != nil {
		return nil, fault.Extractf("extract of %s: object %s: %v", c.RepoURL, id, err)
	}
	return body, nil
}

func (c Checkout) tree(id string) (map[string]Entry, error) {
	body, err := c.object(id)
	if err != nil {
		return nil, err
	}
	entries := map[string]Entry{}
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, fault.Extractf("extract of %s: tree %s: %v", c.RepoURL, id, err)
	}
	return entries, nil
}
