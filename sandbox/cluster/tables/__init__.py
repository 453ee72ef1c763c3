"""Tables: what `kubectl get` shows of objects, a column list and a row function for each kind."""
