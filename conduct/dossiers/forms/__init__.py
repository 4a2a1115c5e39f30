"""Forms of one-stop dossiers."""
