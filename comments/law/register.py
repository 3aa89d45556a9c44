"""The register of what was reported, decided, stated and contested: one line each, by date, however many there are."""

import csv
import heapq
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from operator import itemgetter

from django.db.models import Model, QuerySet

from blog.models.moments import start_of
from comments.models import Appeal, Decision, Notice, ReplyRequest, StatementOfReasons, ThreadLock

COLUMNS = ("date", "kind", "reference", "comment", "post", "category", "outcome", "by", "automated", "text", "address")
FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}

# With these a spreadsheet takes a cell for a formula, and does what a stranger wrote.
FORMULA = ("=", "+", "-", "@")

Row = dict[str, object]


def register(begin: date, end: date, *, with_addresses: bool = False) -> Iterator[Row]:
    """Yield what happened from one day to another, both included, in the order of time.

    E-mail addresses are left empty unless they are asked for.
    """
    appeals = Appeal.objects.select_related("statement__comment", "statement__decision")
    statements = StatementOfReasons.objects.select_related("comment", "decision", "notice")
    sources = (
        lines(Notice.objects.select_related("comment"), "created_at", notice_received, begin, end),
        lines(Notice.objects.select_related("comment", "decided_by"), "decided_at", notice_decided, begin, end),
        lines(Decision.objects.select_related("comment", "by"), "made_at", decision_made, begin, end),
        lines(ThreadLock.objects.select_related("comment", "by"), "made_at", thread_locked, begin, end),
        lines(statements, "created_at", stated, begin, end),
        lines(statements, "withdrawn_at", taken_back, begin, end),
        lines(appeals, "created_at", contested, begin, end),
        lines(appeals.select_related("decided_by"), "decided_at", appeal_decided, begin, end),
        lines(ReplyRequest.objects, "received_at", reply_asked, begin, end),
        lines(ReplyRequest.objects.select_related("decided_by"), "decided_at", reply_decided, begin, end),
    )
    for row in heapq.merge(*sources, key=itemgetter("date")):
        yield row if with_addresses else row | {"address": ""}


def lines(rows: QuerySet, moment: str, describe: Callable[[Model], Row], begin: date, end: date) -> Iterator[Row]:
    """Yield the lines of one kind; rows are fetched as they are needed."""
    found = rows.filter(**{f"{moment}__gte": start_of(begin), f"{moment}__lt": start_of(end + timedelta(days=1))})
    for row in found.order_by(moment, "pk").iterator(chunk_size=500):
        yield dict.fromkeys(COLUMNS, "") | {"date": getattr(row, moment)} | describe(row)


def notice_received(notice: Notice) -> Row:
    return {
        "kind": "notice",
        "reference": notice.reference,
        **place_of(notice),
        "category": notice.category,
        "text": notice.explanation,
        "address": notice.email,
    }


def notice_decided(notice: Notice) -> Row:
    return {
        "kind": "notice decided",
        "reference": notice.reference,
        **place_of(notice),
        "category": notice.category,
        "outcome": notice.state,
        "by": name_of(notice.decided_by),
        "automated": False,
        "text": notice.outcome,
        "address": notice.email,
    }


def decision_made(decision: Decision) -> Row:
    return {
        "kind": "decision undone" if decision.undoes_id else "decision",
        **place_of(decision),
        "outcome": f"{decision.before} > {decision.after}",
        "by": name_of(decision.by),
        "text": decision.reason,
        "address": decision.comment.email if decision.comment else "",
    }


def thread_locked(lock: ThreadLock) -> Row:
    return {
        "kind": "thread",
        **place_of(lock),
        "outcome": "locked" if lock.is_locked else "opened again",
        "by": name_of(lock.by),
        "text": lock.reason,
    }


def taken_back(statement: StatementOfReasons) -> Row:
    return stated(statement) | {"kind": "statement taken back", "text": ""}


def stated(statement: StatementOfReasons) -> Row:
    return {
        "kind": "statement of reasons",
        "reference": statement.notice.reference if statement.notice else "",
        **place_of(statement),
        "category": statement.ground,
        "outcome": statement.measure,
        "automated": statement.is_automated,
        "text": " – ".join(part for part in (statement.provision, statement.facts) if part),
    }


def contested(appeal: Appeal) -> Row:
    return {
        "kind": "contestation",
        **place_of(appeal.statement),
        "category": appeal.statement.ground,
        "text": appeal.text,
    }


def appeal_decided(appeal: Appeal) -> Row:
    return {
        "kind": "contestation decided",
        **place_of(appeal.statement),
        "category": appeal.statement.ground,
        "outcome": appeal.outcome,
        "by": name_of(appeal.decided_by),
        "automated": False,
        "text": appeal.answer,
    }


def reply_asked(request: ReplyRequest) -> Row:
    return {
        "kind": "right of reply",
        "reference": request.reference,
        "post": request.post_id or "",
        "text": request.text,
        "address": request.email,
    }


def reply_decided(request: ReplyRequest) -> Row:
    return reply_asked(request) | {
        "kind": "right of reply decided",
        "outcome": request.state,
        "by": name_of(request.decided_by),
        "text": request.outcome,
    }


def place_of(row: Notice | Decision | StatementOfReasons | ThreadLock) -> Row:
    """Return the keys of the comment that a row is about, and of its post.

    Once the comment is deleted, only the decision on it knows them: they are empty for a notice.
    """
    if row.comment:
        return {"comment": row.comment_id, "post": row.comment.post_id}
    decision = row if isinstance(row, Decision) else getattr(row, "decision", None)
    keys = (decision.comment_key, decision.post_key) if decision else (None, None)
    return dict(zip(("comment", "post"), (key or "" for key in keys), strict=True))


def name_of(user) -> str:
    """Return who decided; empty where it was a program, or somebody whose account is gone."""
    return user.get_username() if user else ""


def written_as(form: str, rows: Iterable[Row]) -> Iterator[str]:
    """Yield the register as a file in one of FORMATS, piece by piece."""
    return as_csv(rows) if form == "csv" else as_json(rows)


def as_csv(rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in readable(row).values()])


def as_json(rows: Iterable[Row]) -> Iterator[str]:
    yield "[\n"
    between = ""
    for row in rows:
        yield between + json.dumps(readable(row), ensure_ascii=False)
        between = ",\n"
    yield "\n]\n"


def readable(row: Row) -> Row:
    return {name: row[name].isoformat() if name == "date" else row[name] for name in COLUMNS}


def harmless(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula, whatever spaces stand before it."""
    text = str(cell)
    is_formula = text.lstrip().startswith(FORMULA) or text.startswith(("\t", "\r", "\n"))
    return f"'{text}" if is_formula else text


class Echo:
    """What csv writes into: it gives each line back."""

    def write(self, line: str) -> str:
        return line
