"""A Git server that sends webhooks as GitHub does."""
