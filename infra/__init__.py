"""Azure: what is deployed there (bicep/), and the package that runs there."""
