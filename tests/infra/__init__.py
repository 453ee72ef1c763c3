"""Azure: the template, the package, and the app in the hands of the real Python worker."""
