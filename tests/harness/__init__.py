"""What tests stand on: engines of their own, a database as in production, a real worker, a browser."""
