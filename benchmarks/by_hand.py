"""The same signature as one would write it by hand: Flask, psycopg, and the rows that the product writes."""

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Any

import psycopg
from flask import Flask, Response, request, session
from psycopg.types.json import Json
from psycopg_pool import ConnectionPool

_WHO = (
    "SELECT e.id FROM employee e JOIN access_session s ON s.person_id = e.id "
    "WHERE s.digest = %s AND e.is_active"
)
_CASE = (
    "SELECT version, journal_sequence, journal_head, round_id, candidate_id FROM promotion_case "
    "WHERE id = %s FOR NO KEY UPDATE"
)
_TASK = (
    "UPDATE task SET state = 'done', version = version + 1, done_at = %(now)s, done_by_id = %(me)s "
    "WHERE case_id = %(case)s AND kind = 'approve' AND state = 'open' AND assignee_id = %(me)s "
    "AND version = %(version)s RETURNING id"
)
# Who is to sign next: the nearest above who is here, wants not the same post and is not kept apart.
_SIGNER = (
    "WITH RECURSIVE line(id, step) AS (SELECT manager_id, 1 FROM employee WHERE id = %(candidate)s UNION ALL "
    "SELECT e.manager_id, line.step + 1 FROM employee e JOIN line ON e.id = line.id WHERE line.step < 20) "
    "SELECT e.id FROM employee c JOIN department d ON d.id = c.department_id "
    "JOIN line ON true JOIN employee e ON e.id = line.id WHERE c.id = %(candidate)s AND e.is_active "
    "AND e.id <> %(me)s AND NOT EXISTS (SELECT 1 FROM kept_apart k WHERE (k.one_id, k.other_id) IN "
    "((e.id, c.id), (c.id, e.id))) AND NOT EXISTS (SELECT 1 FROM promotion_case o JOIN promotion_case p "
    "ON p.id = %(case)s WHERE o.candidate_id = e.id AND p.is_contested AND o.ended_at IS NULL "
    "AND o.target_post = p.target_post AND o.target_level = p.target_level "
    "AND o.target_track = p.target_track) ORDER BY e.id = d.head_id DESC NULLS LAST, line.step LIMIT 1"
)
_STEPS = "SELECT id, seat FROM approval_step WHERE round_id = %s ORDER BY position"
_ENTRY = (
    "INSERT INTO journal_entry (chain, sequence, at, actor_id, action, case_id, facts, text_digest, "
    "request_id, previous, hash) VALUES (%s, %s, %s, %s, 'approval_signed', %s, %s, %s, %s, %s, %s) "
    "RETURNING id"
)
_NEXT = (
    "INSERT INTO task (kind, case_id, round_id, opened_at, due_at, assignee_id, subject_id, state, version) "
    "VALUES ('approve', %s, %s, %s, %s, %s, %s, 'open', 1) RETURNING id"
)
_HOOKS = (
    "INSERT INTO delivery (key, channel, kind, created_at, next_at, subscription_id, entry_id, payload, "
    "state, attempts) SELECT %(entry)s || '/webhook/' || id, 'webhook', 'case.approval_signed', %(now)s, "
    "%(now)s, id, %(entry)s, %(payload)s, 'pending', 0 FROM webhook_subscription "
    "WHERE is_active ON CONFLICT DO NOTHING"
)
_SIGNED = (
    "UPDATE approval_step SET state = 'signed', approver_id = %s, decided_at = %s, reason = %s WHERE id = %s"
)
_KEPT = (
    "INSERT INTO kept_answer (person_id, route, key, digest, status, until, headers, body) "
    "VALUES (%s, %s, %s, %s, 200, %s, '{}', %s)"
)
_RUNGS = 8
_NOTHING = (0, 0, "", 0, 0)


def make(database_url: str, secret_key: str, cookie_key: str, now: datetime) -> Flask:
    """An application with that one act."""
    app = Flask("by_hand", static_folder=None)
    app.config.update(SECRET_KEY=secret_key, SESSION_COOKIE_NAME="jinsheng")
    pool = ConnectionPool(database_url, min_size=1, max_size=8, open=True)

    @app.post("/api/v1/cases/<int:case_id>/approvals")
    def sign(case_id: int) -> Response:
        digest = hashlib.sha256(session[cookie_key].encode()).hexdigest()
        given = request.get_json()
        with pool.connection() as db:
            (me,) = db.execute(_WHO, (digest,)).fetchone() or (None,)
            answer = _sign(db, case_id, me, given, now)
        return Response(answer, mimetype="application/json")

    return app


def _sign(db: psycopg.Connection[Any], case_id: int, me: int | None, given: Any, now: datetime) -> str:
    version, sequence, previous, round_id, candidate = db.execute(_CASE, (case_id,)).fetchone() or _NOTHING
    seen = int(request.headers["If-Match"].strip('"').rpartition("-")[2])
    done = db.execute(_TASK, {"now": now, "me": me, "case": case_id, "version": seen}).fetchone()
    assert done is not None, "somebody else was quicker"
    db.execute("DELETE FROM inbox WHERE task_id = %s", done)
    (step, seat), (following, _) = db.execute(_STEPS, (round_id,)).fetchmany(2)
    entry, head = _write_down(db, case_id, me, {"seat": seat}, given["reason"], sequence + 1, previous, now)
    due = now + timedelta(days=7)
    (signer,) = db.execute(_SIGNER, {"candidate": candidate, "me": me, "case": case_id}).fetchone() or (me,)
    (task,) = db.execute(_NEXT, (case_id, round_id, now, due, signer, following)).fetchone() or (0,)
    db.execute("INSERT INTO inbox (person_id, due_at, task_id) VALUES (%s, %s, %s)", (signer, due, task))
    rungs = [value for day in range(_RUNGS) for value in (task, now + timedelta(days=day + 1))]
    places = ", ".join(["(%s, %s, 'owner')"] * _RUNGS)
    db.execute(f"INSERT INTO reminder (task_id, at, target) VALUES {places}".encode(), rungs)
    db.execute(_SIGNED, (me, now, given["reason"], step))
    db.execute("UPDATE approval_step SET state = 'open', approver_id = %s WHERE id = %s", (signer, following))
    changed = "UPDATE promotion_case SET version = %s, journal_sequence = %s, journal_head = %s WHERE id = %s"
    db.execute(changed, (version + 1, sequence + 1, head, case_id))
    db.execute(_HOOKS, {"entry": entry, "now": now, "payload": Json({"case": case_id})})
    answer = json.dumps({"id": case_id, "stage": "nominated", "version": version + 1})
    digest = hashlib.sha256(request.get_data()).hexdigest()
    until = now.date() + timedelta(days=30)
    db.execute(_KEPT, (me, request.path, request.headers["Idempotency-Key"], digest, until, answer))
    return answer


def _write_down(
    db: psycopg.Connection[Any],
    case_id: int,
    me: int | None,
    facts: dict[str, Any],
    reason: str,
    sequence: int,
    previous: str,
    now: datetime,
) -> tuple[int, str]:
    """The entry of the journal, chained to the one before, with its words apart."""
    salt, asked = secrets.token_hex(16), secrets.token_hex(16)
    words = hashlib.sha256(f"{salt}{reason}".encode()).hexdigest()
    told = json.dumps([sequence, now.isoformat(), me, case_id, facts, words, asked], sort_keys=True)
    head = hashlib.sha256(f"{previous}\n{told}".encode()).hexdigest()
    row = (f"case/{case_id}", sequence, now, me, case_id, Json(facts), words, asked, previous, head)
    (entry,) = db.execute(_ENTRY, row).fetchone() or (0,)
    db.execute("INSERT INTO journal_text (entry_id, salt, text) VALUES (%s, %s, %s)", (entry, salt, reason))
    return entry, head
