"""Porina's matcher and what others would use, in one run on the same content and the same queries.

`python -m tests.benchmarks.matching` prints the table and writes it and a plot into tests/benchmarks/results/.
"""
