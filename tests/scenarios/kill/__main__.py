"""`STATE=azurite python -m tests.scenarios.kill [STORY…]`: the enumeration and every kill, to read."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence

from tests.scenarios.kill.campaign import closing_line, kill_everywhere
from tests.scenarios.kill.run_state import STATES
from tests.scenarios.kill.stories import STORIES
from tests.scenarios.kill.world import KillWorld


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Exit status: 0 all right, 1 something was lost or done twice, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.kill", description=__doc__)
    parser.add_argument("stories", nargs="*", help=f"Of {', '.join(STORIES)}. Default: all.")
    parser.add_argument("--at-once", type=int, default=3, help="Runs side by side. Default: 3.")
    parser.add_argument("-v", "--verbose", action="store_true", help="One line for each kill.")
    parser.add_argument("--state", choices=STATES, default=environment.get("STATE") or STATES[0])
    options = parser.parse_args(arguments)
    if unknown := set(options.stories) - set(STORIES):
        parser.error(f"no such story: {', '.join(sorted(unknown))}")
    began = time.monotonic()
    campaigns = []
    with KillWorld(options.state, options.at_once) as world:
        for name in options.stories or STORIES:
            say = print if options.verbose else lambda _: None
            campaigns.append(kill_everywhere(world, STORIES[name], say=say))
            print(campaigns[-1].listing(), *campaigns[-1].failures, sep="\n", flush=True)
            print(closing_line(campaigns[-1:]), flush=True)
    print(f"{time.monotonic() - began:.0f} s")
    if len(campaigns) > 1:
        print(closing_line(campaigns), flush=True)
    return 1 if any(each.failures for each in campaigns) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
