"""Azure Resource Manager and a managed identity on 127.0.0.1, as far as AKS clusters need them."""
