"""Compound figures drawn by the program, with the truth about them: what the networks for panels learn from."""
