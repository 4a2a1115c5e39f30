"""Two who may answer do so at the same moment: one answer is signed, the other is told."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from conduct.agencies.models import User
from conduct.ratings.models import Petition, Result
from conduct.ratings.services.petition_answers import Answer, answer_petition
from conduct.ratings.services.petitions import PetitionChanged, file_petition
from conduct.ratings.services.schemes import load_schemes
from tests.cast import Cast, make_cast
from tests.factories import NOW, PASSWORD

from .petitioning import confirmed, filed, make_second_head, read

pytestmark = pytest.mark.django_db(transaction=True)
SAID = Answer("changed", "Sửa.", {"I.1": Decimal(5)}, {"I.1": "Đúng giờ."}, {})


@pytest.fixture
def cast() -> Cast:
    load_schemes()
    return make_cast()


def test_two_answer_at_once(cast: Cast) -> None:
    petition = read(cast, filed(cast))
    people, start = (cast.tam, make_second_head(cast)), Barrier(2)

    def answer(by: User) -> str:
        start.wait()
        try:
            done = answer_petition(
                petition=petition, said=SAID, revision=petition.revision, password=PASSWORD, by=by, now=NOW
            )
        except PetitionChanged:
            return "told"
        finally:
            connection.close()
        return "signed" if done else "again"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, people)) == ["signed", "told"]
    assert Result.objects.filter(replaced_by=None).get().number == 2


def test_two_clicks_at_once_file_once(cast: Cast) -> None:
    result, start = confirmed(cast), Barrier(2)

    def file(_place: int) -> bool:
        start.wait()
        try:
            return file_petition(about=result, text="Xem lại.", wish="", by=cast.lan, now=NOW)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(file, range(2))) == [False, True]
    assert Petition.objects.count() == 1
