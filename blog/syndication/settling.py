"""What an editor does about what the watch found: take it over, accept it, put it aside, or take the tribune back."""

from hashlib import blake2s

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import Finding, KeptPage, Tribune
from blog.models.looks import Kind
from blog.tasks import look_at_tribune

# What accepting a page as it is settles: the rest is not theirs or ours to accept, but to be mended.
ACCEPTABLE = (Kind.TITLE, Kind.TEXT, Kind.LINK, Kind.BYLINE)


class ChangedError(Exception):
    """What was found is no longer what the editor saw: nothing is done, they look again."""


def token_of(findings: list[Finding]) -> str:
    """Return what names findings as somebody reads them: others have another token."""
    said = sorted(f"{finding.kind} {finding.detail} {finding.since.isoformat()}" for finding in findings)
    return blake2s("\n".join(said).encode(), digest_size=8).hexdigest()


def hold(tribune_id: int, token: str) -> tuple[Tribune, dict[str, Finding]]:
    """Lock a tribune and return it with its findings, or raise ChangedError where they are no longer those seen."""
    tribune = Tribune.objects.select_for_update().get(pk=tribune_id)
    findings = list(tribune.findings.all())
    if token_of(findings) != token or not tribune.is_published():
        raise ChangedError
    return tribune, {finding.kind: finding for finding in findings}


@transaction.atomic
def take_over_address(tribune_id: int, token: str) -> Tribune:
    """Let the tribune lead to where the page has moved; what is known of the page stays."""
    tribune, findings = hold(tribune_id, token)
    if Kind.MOVED not in findings:
        raise ChangedError
    address = findings[Kind.MOVED].facts["address"]
    longest = Tribune._meta.get_field("url").max_length
    try:
        URLValidator()(address)
    except ValidationError as error:
        raise ValidationError(_("The new address cannot be taken over: it is not one that a link may have.")) from error
    if len(address) > longest:
        raise ValidationError(
            _("The new address cannot be taken over: it has more than %(limit)d characters."), params={"limit": longest}
        )
    tribune.url = tribune.looked_url = address
    tribune.save(update_fields=["url", "looked_url"])
    KeptPage.objects.filter(tribune=tribune).update(etag="", last_modified="")
    findings[Kind.MOVED].delete()
    return tribune


@transaction.atomic
def accept_page(tribune_id: int, token: str) -> Tribune:
    """Take the page as it was last seen for what was agreed: its title, its text, and what it says of us."""
    tribune, findings = hold(tribune_id, token)
    kept = KeptPage.objects.select_related("tribune").filter(tribune=tribune).first()
    if kept is None or not findings.keys() & set(ACCEPTABLE):
        raise ChangedError
    kept.accept()
    kept.save()
    fields = ["words"]
    if Kind.TITLE in findings:
        tribune.title = findings[Kind.TITLE].facts["title"][: Tribune._meta.get_field("title").max_length]
        fields.append("title")
    tribune.words = len(kept.text.split()) or tribune.words
    tribune.save(update_fields=fields)
    Tribune.objects.filter(pk=tribune.pk).update(found_text_changed=False, copied_at=kept.seen_at)
    tribune.findings.filter(kind__in=ACCEPTABLE).delete()
    return tribune


@transaction.atomic
def withdraw(tribune_id: int, token: str) -> Tribune:
    """Note that the piece no longer stands at the partner's; nobody looks at it any more."""
    tribune, _findings = hold(tribune_id, token)
    tribune.state = Tribune.State.WITHDRAWN
    tribune.save(update_fields=["state"])
    tribune.findings.all().delete()
    Tribune.objects.filter(pk=tribune.pk).update(look_due_at=None)
    return tribune


@transaction.atomic
def put_aside(tribune_id: int, token: str) -> Tribune:
    """Say nothing of this any more, until it changes."""
    tribune, _findings = hold(tribune_id, token)
    tribune.findings.filter(confirmed_at__isnull=False, quiet_at=None).update(quiet_at=timezone.now())
    return tribune


def ask_for_look(tribune: Tribune) -> None:
    """Have a tribune looked at now."""
    transaction.on_commit(lambda: look_at_tribune.enqueue(tribune_id=tribune.pk))


def tribunes_in_need() -> QuerySet[Tribune]:
    """Return the tribunes that an editor should see to, the longest first."""
    pressing = Finding.objects.pressing().values("tribune")
    return Tribune.objects.filter(pk__in=pressing).order_by("looked_at", "pk")
