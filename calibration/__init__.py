"""Evidence tables, targets, fitting and validation."""
