"""`make cluster`: the cycle on many processes of which one dies every few seconds."""
