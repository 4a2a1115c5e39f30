"""Rules of one-stop dossiers; pure."""
