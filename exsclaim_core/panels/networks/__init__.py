"""The networks that read figures: small, in plain PyTorch, trained on synthetic figures."""
