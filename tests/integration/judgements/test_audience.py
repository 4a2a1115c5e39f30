"""For whom an office adopted a model, and what it added of its own, decide what supervisors judge."""

import pytest
from django.test import Client

from conduct.agencies.models import Role
from conduct.agencies.permissions import Refused
from conduct.judgements.services import items_to_judge
from conduct.judgements.team import Team
from conduct.kernel.months import Month
from tests.cast import Cast
from tests.factories import DAY, add_local, adopt, grant, make_version

from .conftest import Judge


def narrow(cast: Cast, audience: str, *categories: str) -> None:
    cast.adoption.audience, cast.adoption.categories = audience, list(categories)
    cast.adoption.save()


def test_items_of_the_office_are_judged_after_those_of_the_model(cast: Cast) -> None:
    add_local(cast.adoption, "Phải trả hồ sơ tại nhà", "Phải ghi sổ hẹn")
    texts = [item.text for item in items_to_judge(cast.adoption)]
    assert texts[-2:] == ["Phải trả hồ sơ tại nhà", "Phải ghi sổ hẹn"]
    assert len(texts) == 5


def test_the_page_says_which_items_the_office_added(cast: Cast, month: Month, client: Client) -> None:
    add_local(cast.adoption, "Phải trả hồ sơ tại nhà")
    client.force_login(cast.minh)
    page = client.get(f"/judgements/{month}/{cast.lan_posting.pk}/{cast.adoption.pk}/").content.decode()
    assert page.count("do cơ quan bổ sung") == 1


def test_the_team_holds_only_those_to_whom_a_model_speaks(cast: Cast, month: Month) -> None:
    narrow(cast, "front_desk")
    team = Team(cast.tam, month, DAY)
    assert [posting.pk for posting in team.postings()] == [cast.lan_posting.pk]
    assert team.summary().n_people == 1


def test_each_person_is_judged_by_the_models_that_bind(cast: Cast, month: Month) -> None:
    adopt(cast.commune, make_version(name="Của bàn tiếp dân"), audience="front_desk")
    team = Team(cast.tam, month, DAY)
    needed = {posting.pk: posting.n_needed for posting in team.postings()}
    assert needed[cast.lan_posting.pk] == 2
    assert needed[cast.minh_posting.pk] == 1
    members = {member.posting.pk: len(member.duties) for member in team.members(list(team.postings()))}
    assert members == needed


def test_nobody_is_judged_by_a_model_for_other_staff(cast: Cast, month: Month, judged: Judge) -> None:
    narrow(cast, "categories", "hop_dong")
    with pytest.raises(Refused, match="nhóm cán bộ khác"):
        judged()


def test_a_page_of_a_model_for_other_staff_does_not_exist(cast: Cast, month: Month, client: Client) -> None:
    narrow(cast, "categories", "hop_dong")
    grant(cast.minh, cast.commune, Role.SUPERVISOR)
    client.force_login(cast.minh)
    found = client.get(f"/judgements/{month}/{cast.lan_posting.pk}/{cast.adoption.pk}/")
    assert found.status_code == 404
