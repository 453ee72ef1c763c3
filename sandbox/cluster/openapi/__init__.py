"""The OpenAPI documents of a sandbox cluster, as far as kubectl and typed clients ask for them."""
