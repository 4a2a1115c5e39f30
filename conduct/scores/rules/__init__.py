"""The rules of scoring: pure functions of counts and a scheme (docs/scoring.md is their prose)."""
