"""Pages of one-stop dossiers."""
