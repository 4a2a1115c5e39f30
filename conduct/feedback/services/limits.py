"""How often a network may write, and try codes: counted in Valkey's memory and nowhere else (as ADR 0013).

A network is known by a hash whose salt lives in Valkey for at most a day. With Valkey away nothing is
counted: remarks are taken, and a follow code of 100 bits is safe from guessing by itself.
"""

import hmac
from secrets import token_bytes

from django.conf import settings

from conduct.kernel.cache import Script

# Remarks that one network may send an hour: a commune's hall behind one address, not a machine.
WRITES, WRITES_SECONDS = 40, 3600
# Wrong codes that one network may send a quarter of an hour; fewer while many are sent from everywhere.
WRONG_CODES, WRONG_SECONDS = 20, 900
WRONG_EVERYWHERE, WRONG_CODES_THEN = 1000, 3
MINUTES = WRONG_SECONDS // 60

_NAME = "feedback:seen"
# KEYS[1]: base. ARGV: fresh salt, network, what, seconds, by how much (0: only look).
_COUNT = Script(
    """
local base = KEYS[1]
redis.call('SET', base .. ':salt', ARGV[1], 'NX', 'EX', 86400)
local salt = redis.call('GET', base .. ':salt')
local network = redis.sha1hex(salt .. redis.sha1hex(salt .. ARGV[2]))
local function count(name)
  if ARGV[5] == '0' then return tonumber(redis.call('GET', name) or '0') end
  local n = redis.call('INCR', name)
  if n == 1 then redis.call('EXPIRE', name, ARGV[4]) end
  return n
end
return {count(base .. ':' .. ARGV[3] .. ':' .. network), count(base .. ':' .. ARGV[3])}
"""
)


def may_write(network: str) -> bool:
    """Count a remark of this network; one too many is refused by the page in words, nothing is dropped."""
    return _count(network, "write", WRITES_SECONDS, 1)[0] <= WRITES


def may_try_code(network: str) -> bool:
    """Whether this network may send another code. Right codes are never counted."""
    own, everywhere = _count(network, "wrong", WRONG_SECONDS, 0)
    return own < (WRONG_CODES_THEN if everywhere >= WRONG_EVERYWHERE else WRONG_CODES)


def note_wrong_code(network: str) -> bool:
    """Count a wrong code; whether it was the one that uses up what the network may try."""
    return _count(network, "wrong", WRONG_SECONDS, 1)[0] == WRONG_CODES


def _count(network: str, what: str, seconds: int, by: int) -> tuple[int, int]:
    """How many came from the network and from everywhere; none while Valkey is away."""
    hidden = hmac.digest(settings.SECRET_KEY.encode(), network.encode(errors="replace"), "sha256")
    said = _COUNT.run(_NAME, token_bytes(16), hidden, what, seconds, by)
    return (int(said[0]), int(said[1])) if said else (0, 0)
