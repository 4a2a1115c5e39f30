"""The statutory sheet of a month or quarter, its tasks and results, petitions, and the year's procedure."""

from .petitions import Petition
from .results import Result, ResultExport
from .schemes import OfficeTerms, RatingScheme
from .sheets import Sheet, SheetEvent, SheetLine, SheetQuerySet
from .tasks import SheetTask, TaskImport, WorkItem, WorkQuerySet
from .years import (
    Absence,
    Conclusion,
    Level,
    OrganisationClass,
    YearDecision,
    YearMeeting,
    YearRating,
)

__all__ = [
    "Absence",
    "Conclusion",
    "Level",
    "OfficeTerms",
    "OrganisationClass",
    "Petition",
    "RatingScheme",
    "Result",
    "ResultExport",
    "Sheet",
    "SheetEvent",
    "SheetLine",
    "SheetQuerySet",
    "SheetTask",
    "TaskImport",
    "WorkItem",
    "WorkQuerySet",
    "YearDecision",
    "YearMeeting",
    "YearRating",
]
