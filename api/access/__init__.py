"""How people get in and prove who they are: sessions, passwords, proofs, resets, second factors."""
