"""Runs the product on real input and says in numbers what came of it."""
