"""What a browser loads of the page: first load, then what comes when it is opened (bytes after gzip -9)."""

from __future__ import annotations

import gzip
import re
import sys

from infra import web

MOST_KB = 200.0
_KB = 1000


def main() -> int:
    """Exit status 1 when the scripts of the first load are larger than MOST_KB."""
    folder = web.build()
    page = (folder / "index.html").read_text()
    first = set(re.findall(r'(?:src|href)="/assets/([^"]+)"', page))
    total = 0.0
    for name, size in web.sizes(folder):
        loaded = "first load" if name in first else "when opened"
        total += size / _KB if name in first and name.endswith(".js") else 0
        print(f"{size / _KB:8.1f} KB  {loaded:<12} {name}")
    html = len(gzip.compress(page.encode(), 9)) / _KB
    print(f"scripts of the first load: {total:.1f} KB of {MOST_KB:.0f} KB; index.html {html:.1f} KB")
    return int(total > MOST_KB)


if __name__ == "__main__":
    sys.exit(main())
