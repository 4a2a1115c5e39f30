"""Inspections with their lines, findings with the person's answer, corrective actions."""

from .findings import CorrectiveAction, Finding, FindingQuerySet
from .inspections import Inspection, InspectionLine, InspectionQuerySet

__all__ = [
    "CorrectiveAction",
    "Finding",
    "FindingQuerySet",
    "Inspection",
    "InspectionLine",
    "InspectionQuerySet",
]
