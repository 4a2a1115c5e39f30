"""One-stop dossiers, as imported from the case system, and the imports themselves."""

from .dossiers import Dossier, DossierQuerySet, OnlineTarget
from .imports import ColumnMapping, DossierImport

__all__ = ["ColumnMapping", "Dossier", "DossierImport", "DossierQuerySet", "OnlineTarget"]
