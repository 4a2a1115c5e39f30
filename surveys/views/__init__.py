"""The pages: citizens.py without sign-in, points.py for the office."""
