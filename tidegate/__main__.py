"""`python -m tidegate`."""

from __future__ import annotations

from tidegate.main import main

if __name__ == "__main__":
    main()
