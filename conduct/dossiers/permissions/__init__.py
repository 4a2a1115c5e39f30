"""Who may do what of one-stop dossiers."""
