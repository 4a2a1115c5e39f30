"""What is counted of networks, in Valkey's memory and nowhere else (ADR 0013).

A network is known by a hash under a random key that Valkey keeps for a day and that never leaves it. With
Valkey away nothing is counted and every form is taken; the cache writes a line into the log.
"""

import hmac
from datetime import date, datetime
from functools import lru_cache
from secrets import token_bytes

from django.conf import settings
from django.utils import timezone

from conduct.agencies.models import User
from conduct.agencies.permissions import own_office_ids
from conduct.agencies.tree import office_of
from conduct.kernel.cache import NearCache, Script
from conduct.kernel.months import Month
from conduct.kernel.workdays import next_working_moment, working_days

from ..models import ServicePoint
from ..rules.honesty import A_DAY, HALF_AN_HOUR, TEN_MINUTES, TEXT_SECONDS, UNKNOWN_PACE, Pace, Seen
from ..tallies.pace import tally_forms_by_month

HOURS_A_DAY = 7.5
_PACE_SECONDS = 3600
_KEY_SECONDS = 86_400
_NAME = "surveys:seen"
# The hash of a network: salted inside Valkey, so that the salt is in no other memory, file or log.
_LABEL = f"""
local base = KEYS[1]
redis.call('SET', base .. ':key', ARGV[1], 'NX', 'EX', {_KEY_SECONDS})
local key = redis.call('GET', base .. ':key')
local function label(said) return redis.sha1hex(key .. redis.sha1hex(key .. said)) end
"""
# ARGV: fresh key, network, desk, unit, office, 1 when the form is straight, long text or "".
_SEE = Script(
    _LABEL
    + f"""
local function count(name, seconds)
  local n = redis.call('INCR', name)
  if n == 1 then redis.call('EXPIRE', name, seconds) end
  return n
end
local network = label(ARGV[2])
local desk, unit = base .. ':' .. network .. ':d' .. ARGV[3], base .. ':' .. network .. ':u' .. ARGV[4]
local straight, same = 0, 0
if ARGV[6] == '1' then straight = count(desk .. ':s', {HALF_AN_HOUR[0]}) end
if ARGV[7] ~= '' then same = count(base .. ':t' .. ARGV[4] .. ':' .. label(ARGV[7]), {TEXT_SECONDS}) end
return {{
  count(desk .. ':m', {TEN_MINUTES[0]}), count(desk .. ':h', {A_DAY[0]}),
  count(unit .. ':m', {TEN_MINUTES[0]}), count(unit .. ':h', {A_DAY[0]}),
  straight, same, redis.call('EXISTS', base .. ':staff:' .. ARGV[5] .. ':' .. network)
}}
"""
)
# ARGV: fresh key, network, seconds, offices.
_SIGN_IN = Script(
    _LABEL
    + """
local network = label(ARGV[2])
for place = 4, #ARGV do
  redis.call('SET', base .. ':staff:' .. ARGV[place] .. ':' .. network, 1, 'EX', ARGV[3])
end
return 1
"""
)
_near = NearCache()


def _hidden(said: str) -> bytes:
    """An address or a text before Valkey gets it, so that its list of slow commands holds none."""
    return hmac.digest(settings.SECRET_KEY.encode(), said.encode(errors="replace"), "sha256")


def count_form(*, network: str, slug: str, pace: Pace, straight: bool, text: str) -> Seen | None:
    """Count a form and say how many came from its network; one trip. None while Valkey is away."""
    hidden = _hidden(text) if text else b""
    places = (slug, pace.unit_id, pace.office_id)
    said = _SEE.run(_NAME, token_bytes(16), _hidden(network), *places, int(straight), hidden)
    if not said:
        return None
    return Seen(
        desk_ten_minutes=said[0],
        desk_day=said[1],
        unit_ten_minutes=said[2],
        unit_day=said[3],
        straight=said[4],
        same_text=said[5],
        is_office_network=bool(said[6]),
    )


def note_office_network(*, person: User, network: str, now: datetime) -> None:
    """Remember for the rest of the day that staff of an office signed in from this network."""
    local = timezone.localtime(now)
    left = 86_400 - (local.hour * 3600 + local.minute * 60 + local.second)
    offices = own_office_ids(person, local.date())
    if offices:
        _SIGN_IN.run(_NAME, token_bytes(16), _hidden(network), left, *sorted(offices))


def usual_pace(slug: str, day: date) -> Pace:
    """The forms a working hour that the desk, and its unit, got in the busiest of the last three months.

    Kept for an hour. A desk that cannot be read now has an unknown pace.
    """
    name = f"surveys:pace:{slug}:{day.isoformat()}"
    pace: Pace | None = _near.get(name)
    if pace is None:
        pace = _tally_pace(slug, day)
        _near.set(name, pace, _PACE_SECONDS)
    return pace


def _tally_pace(slug: str, day: date) -> Pace:
    point = ServicePoint.objects.select_related("agency").get(slug=slug)
    desk, unit = tally_forms_by_month(point, day)
    return Pace(_an_hour(desk), _an_hour(unit), point.agency_id, office_of(point.agency, day).pk)


def _an_hour(forms: dict[Month, int]) -> float:
    rates = [
        n_forms / (HOURS_A_DAY * max(working_days(month.first, month.last), 1))
        for month, n_forms in forms.items()
    ]
    return max(rates, default=UNKNOWN_PACE)


def is_outside_hours(now: datetime) -> bool:
    """Whether offices are closed at that moment, by working days and ``WORKING_HOURS``."""
    return _is_closed_at(now.replace(second=0, microsecond=0), tuple(settings.WORKING_HOURS))


@lru_cache(100)
def _is_closed_at(minute: datetime, _hours: tuple[str, ...]) -> bool:
    return next_working_moment(minute) != minute
