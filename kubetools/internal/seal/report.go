package seal

import (
	"encoding/json"
	"net"
	"os"
	"syscall"
)

// Report tries what the seal refuses and answers what came of it: {"socket": "operation not permitted", …};
// "" stands for success.
func Report() []byte {
	outcome := map[string]string{}
	note := func(name string, err error) {
		outcome[name] = ""
		if err != nil {
			outcome[name] = err.Error()
		}
	}
	_, err := net.Dial("tcp", "127.0.0.1:9")
	note("socket", err)
	_, err = net.Listen("tcp", "127.0.0.1:0")
	note("listen", err)
	_, err = syscall.ForkExec("/bin/true", []string{"true"}, nil)
	note("fork", err)
	note("exec", syscall.Exec("/bin/true", []string{"true"}, nil))
	note("write", os.WriteFile("/dev/null", []byte("x"), 0o600))
	note("remove", os.Remove("/tidegate-no-such-file"))
	_, err = os.ReadFile("/proc/self/status")
	note("read", err)
	text, _ := json.Marshal(outcome)
	return text
}
