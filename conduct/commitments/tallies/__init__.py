"""See the modules, one for each thing that staff commit themselves to."""
