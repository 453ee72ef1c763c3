"""Bodies of GitHub's webhooks, as Octokit's users saw them."""
