"""The acts of one-stop dossiers."""
