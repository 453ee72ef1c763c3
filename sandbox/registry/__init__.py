"""An Azure Container Registry on 127.0.0.1: images, tokens, webhooks, events."""
