package seal_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tidegate.dev/kubetools/internal/seal"
)

// The seal cannot be taken off again, so that it is tried in a process of its own: this test, started anew.
const inChild = "KUBETOOLS_SEAL_TEST_CHILD"

func TestASealedProcessCanReadAndNothingElse(t *testing.T) {
	if os.Getenv(inChild) != "" {
		if err := seal.Process(); err != nil {
			_, _ = os.Stdout.WriteString("no seal: " + err.Error())
		} else {
			_, _ = os.Stdout.Write(seal.Report())
		}
		os.Exit(0)
	}
	again := exec.Command(os.Args[0], "-test.run", "TestASealedProcessCanReadAndNothingElse")
	again.Env = []string{inChild + "=1"}
	said, err := again.Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(string(said), "no seal") {
		t.Skip(string(said))
	}
	outcome := map[string]string{}
	if err := json.Unmarshal(said, &outcome); err != nil {
		t.Fatalf("%s: %v", said, err)
	}
	for _, refused := range []string{"socket", "listen", "fork", "exec", "write", "remove"} {
		if !strings.Contains(outcome[refused], "not permitted") {
			t.Errorf("%s: %q", refused, outcome[refused])
		}
	}
	if outcome["read"] != "" {
		t.Errorf("reading is refused: %s", outcome["read"])
	}
}
