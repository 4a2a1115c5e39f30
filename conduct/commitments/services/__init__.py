"""The acts of commitments."""
