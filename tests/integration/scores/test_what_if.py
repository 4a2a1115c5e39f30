"""What-if: a draft is copied, changed and tried out; no score is saved, and nobody is named to a stranger."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conduct.agencies.models import Period
from conduct.agencies.permissions import Refused
from conduct.audit.models import AuditEvent
from conduct.scores.models import PersonScore, Scheme, WhatIf
from conduct.scores.services.what_if import (
    SchemeChanged,
    change_scheme,
    draft_scheme,
    request_what_if,
    run_what_if,
    sweep_what_ifs,
)
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.integration.scores.arrange import OCTOBER, closing, fill, roll_up
from tests.integration.scores.checksum import checksum

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("schemes")]


@pytest.fixture
def cast(schemes: None) -> Cast:
    """October of the commune is closed."""
    cast = make_cast()
    fill(cast)
    closing(cast.commune)
    roll_up()
    return cast


@pytest.fixture
def draft(cast: Cast) -> Scheme:
    base = Scheme.objects.get()
    return draft_scheme(base=base, keeper=cast.commune, name="Thử", by=cast.tam, now=timezone.now())


def tried(cast: Cast, draft: Scheme) -> WhatIf:
    """The draft run over October of the commune."""
    draft.refresh_from_db()
    asked = request_what_if(
        draft=draft, root=cast.commune, first=OCTOBER, last=OCTOBER, by=cast.tam, now=timezone.now()
    )
    assert run_what_if(what_if_id=asked.pk, worker="w", clock=timezone.now)
    asked.refresh_from_db()
    return asked


def without_citizens(draft: Scheme) -> dict[str, object]:
    """The same rules, with the supervisor alone."""
    document = {**draft.document}
    person = {**document["person"]}
    person["sources"] = {**person["sources"], "citizen": {**person["sources"]["citizen"], "weight": 1}}
    return {**document, "person": person}


def test_a_draft_that_changes_nothing_moves_nobody(cast: Cast, draft: Scheme) -> None:
    result = tried(cast, draft).result
    assert result is not None
    for kind in ("persons", "offices"):
        assert (result[kind]["rose"], result[kind]["fell"], result[kind]["movers"]) == (0, 0, [])
        assert result[kind]["same"] >= 1


def test_another_weight_moves_scores_and_saves_none(cast: Cast, draft: Scheme) -> None:
    before = checksum()
    change_scheme(
        draft=draft, revision=1, name="Thử 2", document=without_citizens(draft), by=cast.tam, now=NOW
    )
    result = tried(cast, draft).result
    assert checksum() == before
    assert result is not None
    ((subject, month, was, would, *_bands),) = result["persons"]["movers"]
    stored = PersonScore.objects.get(posting=cast.lan_posting, month=OCTOBER.first)
    assert (subject[0], month, Decimal(was)) == (cast.lan_posting.pk, "2026-10", stored.score)
    assert Decimal(would) != stored.score
    persons = result["persons"]
    assert sum(before for before, _ in persons["steps"]) == sum(
        before for before, _ in persons["bands"].values()
    )


def test_an_open_month_is_left_out(cast: Cast, draft: Scheme) -> None:
    Period.objects.filter(office=cast.commune).update(state="open")
    result = tried(cast, draft).result
    assert result is not None
    assert sum(result["persons"][key] for key in ("rose", "fell", "same", "appeared", "vanished")) == 0


def test_of_two_who_save_a_draft_the_second_is_told(cast: Cast, draft: Scheme) -> None:
    change_scheme(draft=draft, revision=1, name="A", document=draft.document, by=cast.tam, now=NOW)
    with pytest.raises(SchemeChanged):
        change_scheme(draft=draft, revision=1, name="B", document=draft.document, by=cast.tam, now=NOW)
    assert AuditEvent.objects.filter(act="scores.change_scheme").count() == 1


def test_a_published_scheme_is_neither_changed_nor_tried(cast: Cast) -> None:
    published = Scheme.objects.get()
    with pytest.raises(Refused):
        change_scheme(draft=published, revision=1, name="A", document={}, by=cast.phuong, now=NOW)
    with pytest.raises(Refused):
        request_what_if(
            draft=published, root=cast.commune, first=OCTOBER, last=OCTOBER, by=cast.tam, now=timezone.now()
        )


def test_a_trial_is_done_once_and_forgotten_in_time(cast: Cast, draft: Scheme) -> None:
    asked = tried(cast, draft)
    assert not run_what_if(what_if_id=asked.pk, worker="again", clock=timezone.now)
    assert sweep_what_ifs(now=timezone.now()) == []
    sweep_what_ifs(now=asked.expires_at + (asked.expires_at - asked.asked_at))
    assert not WhatIf.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("tam", 200), ("phuong", 200), ("hanh", 200), ("hoa", 404), ("minh", 403), ("lan", 403)],
)
def test_drafts_and_trials_are_for_heads_and_editors_above_them(
    cast: Cast, client: Client, draft: Scheme, who: str, status: int
) -> None:
    asked = tried(cast, draft)
    client.force_login(getattr(cast, who))
    assert client.get(reverse("scores:scheme", args=[draft.pk])).status_code == status
    assert client.get(reverse("scores:what_if", args=[asked.pk])).status_code == status
    assert client.get(reverse("scores:what_if_xlsx", args=[asked.pk])).status_code == status
    assert client.get(reverse("scores:schemes")).status_code == (403 if status == 403 else 200)


def test_only_who_leads_a_person_reads_the_name(cast: Cast, client: Client, draft: Scheme) -> None:
    change_scheme(draft=draft, revision=1, name="Thử", document=without_citizens(draft), by=cast.tam, now=NOW)
    asked = tried(cast, draft)
    url = reverse("scores:what_if", args=[asked.pk])
    client.force_login(cast.tam)
    assert cast.lan.full_name in client.get(url).content.decode()
    assert client.get(url, {"of": "offices"}).status_code == 200
    client.force_login(cast.hanh)  # the catalogue editor leads nobody
    page = client.get(url).content.decode()
    assert cast.lan.full_name not in page
    assert cast.lan_posting.agency.name not in page.split('id="who-head"')[1]


def test_a_draft_is_made_changed_and_tried_on_its_pages(cast: Cast, client: Client) -> None:
    client.force_login(cast.tam)
    base = Scheme.objects.get()
    said = {"base": base.pk, "keeper": cast.commune.pk, "name": "Nhấn vào người dân"}
    assert client.post(reverse("scores:schemes"), {**said, "keeper": cast.province.pk}).status_code == 422
    answer = client.post(reverse("scores:schemes"), said)
    draft = Scheme.objects.get(state="draft")
    url = reverse("scores:scheme", args=[draft.pk])
    assert answer.headers["Location"] == url
    form = client.get(url).context["form"]
    fields = {name: form[name].value() for name in form.fields}
    changed = {**fields, "person.sources.citizen.p": "0,9", "act": "save"}
    assert client.post(url, {**changed, "bands.0.lower": "10"}).status_code == 422
    assert client.post(url, {**changed, "person.sources.citizen.p": "nhiều"}).status_code == 422
    assert client.post(url, changed).status_code == 302
    draft.refresh_from_db()
    assert draft.document["person"]["sources"]["citizen"]["p"] == "0.9"
    assert (
        draft.document["person"]["sources"]["supervisor"] == base.document["person"]["sources"]["supervisor"]
    )
    assert client.post(url, changed).status_code == 422  # an old revision
    months = client.get(url).context["trial"].fields["first"].choices
    ask = {"act": "try", "root": cast.commune.pk, "first": months[0][0], "last": months[0][0]}
    assert client.post(url, {**ask, "root": cast.province.pk}).status_code == 422
    assert client.post(url, ask).status_code == 302
    assert client.post(url, ask).status_code == 302
    asked = WhatIf.objects.get()
    assert "hx-trigger" in client.get(reverse("scores:what_if", args=[asked.pk])).content.decode()
