"""The lists of a campaign as XLSX."""

from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext as _

from conduct.agencies.models import Agency
from conduct.documents.xlsx import Cell, Column, make_xlsx
from conduct.kernel.names import fold

from ..coverage import AskedPosting, Coverage, Scope
from ..models import Campaign


def state_of(posting: AskedPosting) -> str:
    """What the campaign knows of a posting, in one word."""
    if posting.has_signed:
        return _("Signed")
    if posting.is_excused:
        return _("Excused")
    return _("Declined") if posting.has_declined else _("Not signed yet")


def _title(campaign: Campaign) -> str:
    facts = {"model": campaign.adoption.version.model.name, "year": campaign.year}
    return _("Signing “%(model)s” %(year)s") % facts


def _lines(office: Agency, coverage: Coverage, today: date) -> list[str]:
    facts = {
        "signed": coverage.signed,
        "n": coverage.to_sign,
        "excused": coverage.excused,
        "all": coverage.in_scope,
    }
    return [
        office.name,
        _("As of %(day)s") % {"day": f"{today:%d/%m/%Y}"},
        _("Signed %(signed)s/%(n)s without the excused; excused %(excused)s of %(all)s in scope.") % facts,
    ]


def people_sheet(
    campaign: Campaign, office: Agency, coverage: Coverage, people: Iterable[AskedPosting], today: date
) -> bytes:
    """One row a posting: who, where, the state, when it was signed, why not."""
    columns = [
        Column(_("Person"), width=28),
        Column(_("Title"), width=30),
        Column(_("Part of the office"), width=34),
        Column(_("State"), width=16),
        Column(_("Signed on"), "moment", 18),
        Column(_("Reason"), width=40),
    ]
    rows = (
        (
            one.person.full_name,
            one.title,
            one.agency.name,
            state_of(one),
            one.signed_at,
            one.standing_reason if one.is_excused or one.has_declined else None,
        )
        for one in people
    )
    return make_xlsx(_title(campaign), _lines(office, coverage, today), columns, rows)


def coverage_sheet(scope: Scope, office: Agency, within: Collection[int], today: date) -> bytes:
    """One row an agency by itself, below its office, and the sum."""
    words = (_("In scope"), _("To sign"), _("Signed"), _("Excused"), _("Declined"), _("Not signed yet"))
    columns = [Column(_("Office"), width=32), Column(_("Part of the office"), width=34)]
    columns += [Column(word, "integer", 14) for word in words]
    own = {pk: one for pk, one in scope.counts.items() if pk in within}
    agencies = Agency.objects.in_bulk({above for pk in own for above in scope.lineage(pk)})
    rows: list[tuple[str, str, Coverage]] = []
    for pk, one in own.items():
        offices = (agencies[above] for above in scope.lineage(pk) if agencies[above].is_office)
        keeper = next(offices, office)
        part = "" if keeper.pk == pk else agencies[pk].name
        rows.append((keeper.name, part, one))
    rows.sort(key=lambda row: (fold(row[0]), fold(row[1])))
    total = scope.total(within)
    rows.append((_("Sum"), "", total))
    cells: list[list[Cell]] = [[name, part, *_numbers(one)] for name, part, one in rows]
    return make_xlsx(_title(scope.campaign), _lines(office, total, today), columns, cells)


def _numbers(one: Coverage) -> tuple[int, ...]:
    return one.in_scope, one.to_sign, one.signed, one.excused, one.declined, one.open
