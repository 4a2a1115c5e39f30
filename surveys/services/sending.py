"""A batch on its way out: claimed by one worker, taken in hand pack by pack, written anew when it is done.

At most once: a dossier is marked before its mail is handed over, so that a worker that dies in between loses
the rest of one pack (fewer than ten mails) and sends nothing twice. The reminder reaches those as well.
"""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ..models import InvitationBatch, Invited, SpentToken
from ..rules.addresses import Address
from ..rules.strata import pack
from ..rules.tokens import SECRET_BYTES, hash_secret, make_token, write_token
from .strata import address_of

State = InvitationBatch.State
LEASE = timedelta(minutes=5)  # renewed with every pack; then another worker takes the batch
REST = timedelta(minutes=5)  # how long a server is left alone that could not be reached
MAX_TRIES = 5
FROM, UNTIL = time(7), time(21)  # local; nobody is woken by a text message
# What ``error`` holds when no exception tells the reason.
SERVER_AWAY, WORKER_ENDED, SECRET_LOST, TOO_LATE = "server away", "worker ended", "secret lost", "too late"
_ON_ITS_WAY = (State.WAITING, State.SENDING, State.REMINDING)
_shuffle = secrets.SystemRandom().shuffle


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch in the hands of one worker, with the secret of its tokens. Lives in memory alone."""

    batch: InvitationBatch
    worker: str
    secret: bytes
    is_reminder: bool

    @property
    def mine(self) -> QuerySet[InvitationBatch]:
        """The row, while this worker holds it."""
        return InvitationBatch.objects.filter(pk=self.batch.pk, worker=self.worker)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: where to, with which token. Lives in memory alone; it is never logged."""

    address: Address
    token: str

    def __repr__(self) -> str:
        return "Outgoing(…)"


def _free(now: datetime) -> Q:
    """On its way, and nobody works on it."""
    unheld = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return Q(state__in=_ON_ITS_WAY) & unheld


def _secret_key(batch_id: int) -> str:
    return f"surveys:invitations:{batch_id}"


def _kept_secret(batch: InvitationBatch) -> bytes | None:
    """The secret of the batch, if Valkey still has it."""
    kept = cache.get(_secret_key(batch.pk)) if batch.secret_hash else None
    return kept if isinstance(kept, bytes) and hash_secret(kept) == batch.secret_hash else None


def can_remind(batch: InvitationBatch, today: date) -> bool:
    """Whether the batch was sent, its links still work, and its tokens can be made again."""
    return batch.state == State.SENT and batch.expires_on >= today and _kept_secret(batch) is not None


def claim_batch(*, batch_id: int, worker: str, now: datetime) -> Claim | None:
    """Take a batch in hand; None when another worker has it, nothing is left, or it is night."""
    if not FROM <= timezone.localtime(now).time() < UNTIL:
        return None
    claimed = InvitationBatch.objects.filter(_free(now), pk=batch_id, n_tries__lt=MAX_TRIES).update(
        worker=worker, lease_until=now + LEASE, n_tries=F("n_tries") + 1
    )
    if not claimed:
        return None
    batch = InvitationBatch.objects.select_related("agency", "point").get(pk=batch_id)
    is_reminder = batch.state == State.REMINDING
    secret = _kept_secret(batch)
    if is_reminder and secret is None:
        done = batch.invited.filter(state=Invited.State.REMINDED).exists()
        end = State.REMINDED if done else State.SENT
        InvitationBatch.objects.filter(pk=batch_id, worker=worker).update(
            state=end, secret_hash="", error=SECRET_LOST, lease_until=None
        )
        return None
    claim = Claim(batch, worker, secret or _new_secret(batch, now), is_reminder)
    if not is_reminder:
        claim.mine.update(state=State.SENDING)
    return claim


def _new_secret(batch: InvitationBatch, now: datetime) -> bytes:
    """Another secret. It is kept for the reminder only when every mail of the batch is made with it."""
    secret = secrets.token_bytes(SECRET_BYTES)
    hashed = ""
    if not batch.invited.exclude(state=Invited.State.WAITING).exists():
        lifetime = (batch.expires_on - timezone.localdate(now)).days + 1
        cache.set(_secret_key(batch.pk), secret, max(lifetime, 1) * 86_400)
        hashed = hash_secret(secret) if cache.get(_secret_key(batch.pk)) == secret else ""
    InvitationBatch.objects.filter(pk=batch.pk).update(secret_hash=hashed)
    return secret


def packs_to_send(claim: Claim) -> list[tuple[int, ...]]:
    """What is left, in random order: each pack lies in one stratum."""
    state = Invited.State.SENT if claim.is_reminder else Invited.State.WAITING
    strata: dict[int, list[int]] = defaultdict(list)
    for pk, stratum_id in claim.batch.invited.filter(state=state).values_list("pk", "stratum_id"):
        strata[stratum_id].append(pk)
    packs = []
    for ids in strata.values():
        _shuffle(ids)
        packs += pack(ids)
    _shuffle(packs)
    return packs


def take_pack(*, claim: Claim, ids: tuple[int, ...], now: datetime) -> list[Outgoing] | None:
    """Mark a pack as sent, then make its messages; None when another worker holds the batch by now."""
    before, after = Invited.State.WAITING, Invited.State.SENT
    counter = "n_sent"
    if claim.is_reminder:
        before, after, counter = Invited.State.SENT, Invited.State.REMINDED, "n_reminded"
    with transaction.atomic():
        rows = list(
            Invited.objects.select_for_update(of=("self",))
            .select_related("dossier")
            .filter(pk__in=ids, state=before)
        )
        held = claim.mine.filter(state__in=_ON_ITS_WAY)
        if not held.update(lease_until=now + LEASE, **{counter: F(counter) + len(rows)}):
            return None
        Invited.objects.filter(pk__in=[row.pk for row in rows]).update(state=after)
    found = [_message(claim, row) for row in rows]
    messages = [message for message in found if message is not None]
    note_failed(claim=claim, n_failed=len(found) - len(messages))
    _shuffle(messages)
    return messages


def _message(claim: Claim, row: Invited) -> Outgoing | None:
    """None when the address has gone since."""
    address = address_of(row.dossier)
    if address is None:
        return None
    token = make_token(
        batch_id=row.batch_id, stratum_id=row.stratum_id, dossier_id=row.dossier_id, batch_secret=claim.secret
    )
    return Outgoing(address, write_token(token, settings.SECRET_KEY))


def note_failed(*, claim: Claim, n_failed: int) -> None:
    """So many messages of the batch did not leave. Which ones is kept nowhere."""
    if not n_failed:
        return
    counter = "n_reminded" if claim.is_reminder else "n_sent"
    failed = {} if claim.is_reminder else {"n_failed": F("n_failed") + n_failed}
    claim.mine.update(**{counter: F(counter) - n_failed}, **failed)


def rest_batch(*, claim: Claim, now: datetime) -> None:
    """The server is away: a later sweep goes on. This is no try."""
    claim.mine.update(lease_until=now + REST, error=SERVER_AWAY, n_tries=0)


def give_back(*, claim: Claim, error: str) -> None:
    """Something unforeseen went wrong: let another try; after the last one say that it failed."""
    is_over = claim.batch.n_tries >= MAX_TRIES
    claim.mine.update(error=error, lease_until=None, **({"state": State.FAILED} if is_over else {}))


def finish_batch(*, claim: Claim) -> None:
    """Everything is sent. The rows are written anew in random order: nothing tells who was sent to first."""
    with transaction.atomic():
        state = State.REMINDED if claim.is_reminder else State.SENT
        if claim.mine.update(state=state, lease_until=None, error="", n_tries=0):
            _write_invited_anew(claim.batch)
    if claim.is_reminder:
        cache.delete(_secret_key(claim.batch.pk))  # from now on nobody can make these tokens again


def _write_invited_anew(batch: InvitationBatch) -> None:
    rows = [
        Invited(batch_id=batch.pk, dossier_id=dossier_id, stratum_id=stratum_id, state=state)
        for dossier_id, stratum_id, state in batch.invited.values_list("dossier_id", "stratum_id", "state")
    ]
    batch.invited.all().delete()
    _shuffle(rows)
    Invited.objects.bulk_create(rows, batch_size=1000)


def sweep_batches(*, now: datetime) -> list[int]:
    """Blur what was spent, close what has expired; returns the batches that wait for a worker."""
    today = timezone.localdate(now)
    for batch_id in SpentToken.objects.filter(is_fresh=True).values_list("batch_id", flat=True).distinct():
        _write_spent_anew(batch_id)
    late = InvitationBatch.objects.filter(state__in=_ON_ITS_WAY, expires_on__lt=today)
    late.filter(state=State.REMINDING).update(state=State.REMINDED, error=TOO_LATE, lease_until=None)
    late.exclude(state=State.REMINDING).update(state=State.FAILED, error=TOO_LATE, lease_until=None)
    InvitationBatch.objects.filter(_free(now), n_tries__gte=MAX_TRIES).update(
        state=State.FAILED, error=WORKER_ENDED, lease_until=None
    )
    yesterday = today - timedelta(days=1)  # an answer of the last minute has come in by then
    for batch_id in (
        SpentToken.objects.filter(batch__expires_on__lt=yesterday)
        .values_list("batch_id", flat=True)
        .distinct()
    ):
        _forget_spent(batch_id)
    return list(InvitationBatch.objects.filter(_free(now)).order_by("pk").values_list("pk", flat=True))


def _write_spent_anew(batch_id: int) -> None:
    """All hashes of a batch in one transaction, in random order: none shares it with a response any more."""
    with transaction.atomic():
        rows = list(SpentToken.objects.select_for_update().filter(batch_id=batch_id))
        hashes = [row.pk for row in rows]
        SpentToken.objects.filter(pk__in=hashes).delete()
        _shuffle(hashes)
        SpentToken.objects.bulk_create(
            [SpentToken(hash=one, batch_id=batch_id, is_fresh=False) for one in hashes], batch_size=1000
        )


def _forget_spent(batch_id: int) -> None:
    """The links work no more: how many were used is kept, which ones is not."""
    with transaction.atomic():
        n_spent, _by_model = SpentToken.objects.filter(batch_id=batch_id).delete()
        InvitationBatch.objects.filter(pk=batch_id).update(n_spent=F("n_spent") + n_spent, secret_hash="")
    cache.delete(_secret_key(batch_id))
