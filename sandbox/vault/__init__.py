"""Key Vaults on 127.0.0.1, over TLS under their real names, with Event Grid behind them."""
