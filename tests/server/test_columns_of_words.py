"""Every column that can hold words: it is emptied with its kind, or here stands why it is not."""

from sqlalchemy import JSON, Enum, LargeBinary, String

import api.models
import notifications.models
from workflow.models import Base
from workflow.retention import WORDS

# A new column fails below until `retention.WORDS` says when it is emptied, or a sentence here is true of it.
WITHOUT: dict[str, str] = {
    "codes and figures of the product": """
        journal_chain.name journal_entry.chain journal_entry.action journal_entry.facts delivery.kind
        passkey_challenge.purpose promotion_case.pending promotion_case.stuck_reason recusal.conflict
        waiver.rule approval_step.resolved eligibility_finding.rule eligibility_finding.source
        eligibility_finding.required review_answer.item score.criterion stage_round.facts entry.rounds
        entry.shortlisted entry.build_up review_outcome.exact vote.tally cycle.draft_counts
        criteria_edition.key criteria_edition.version kept_answer.route kept_answer.headers
        delivery.leased_by personal_token.scopes webhook_subscription.events webhook_subscription.locale
        pace.name unwanted_mail.topic mail_text.kind mail_text.part mail_text.locale
        site.country site.time_zone employee.locale employee.time_zone review_contact.locale letter.locale
    """,
    "made of chance or of a digest": """
        journal_chain.head journal_entry.text_digest journal_entry.request_id journal_entry.previous
        journal_entry.hash journal_text.salt promotion_case.journal_head criteria_edition.sha256
        failed_tries.key passkey_challenge.digest access_session.digest personal_token.digest
        calendar_feed.digest
        recovery_code.digest kept_answer.key kept_answer.digest password_reset.handle account.password_hash
        review_answer.id review_answer.form review_request.link ballot_paper.pseudonym ballot_reason.id
        round_key.key delivery.key
    """,
    "names of what belongs to the organisation, and of its posts": """
        webhook_subscription.name
        department.name site.name committee.name cycle.name competition.name competition.target_post
        site.own_days employee.post promotion_case.target_post career_step.from_post career_step.to_post
    """,
    "published, and about nobody": "criteria_edition.document mail_text.text",
    "goes with the person (`erasure.erase_people`)": """
        employee.number employee.name employee.email review_contact.name review_contact.email
        review_contact.refused_because
        performance_record.period training_record.course certificate_record.certificate
        assignment_record.place demographics.gender demographics.education
    """,
    "goes with a way in (`api.erasure`)": """
        access_session.browser external_identity.issuer external_identity.subject passkey.name
        passkey.credential_id passkey.public_key personal_token.name second_factor.sealed kept_answer.body
    """,
    "goes with mails and webhooks (`notifications.erasure`)": """
        delivery.payload delivery.error webhook_subscription.url webhook_subscription.secret
        webhook_subscription.previous_secret
        refused_address.address refused_address.reason
    """,
    "goes with the kind of the act it was said with (`erasure.erase_words`)": "journal_text.text task.detail",
    "goes with the kind, but for what must stay different (`erasure.erase_words`)": """
        plan_item.title review_outcome.shown review_outcome.named
    """,
    "cannot be read once the key of the round is destroyed": """
        ballot_paper.sealed_reason ballot_reason.sealed sealed_form.sealed sealed_form.draft
        sealed_score.sealed
    """,
    "goes with the hold": "legal_hold.because",
}


def test_every_column_of_words_is_emptied_some_day_or_it_is_said_why_not() -> None:
    models = {mapper.class_.__name__: mapper.local_table.name for mapper in Base.registry.mappers}
    emptied = {f"{models[word.class_.__name__]}.{word.key}" for kind in WORDS.values() for word in kind}
    elsewhere = [column for listed in WITHOUT.values() for column in listed.split()]
    assert len(elsewhere) == len(set(elsewhere))
    assert emptied.isdisjoint(elsewhere)
    assert columns_of_words() == emptied | set(elsewhere)


def columns_of_words() -> set[str]:
    assert api.models.Account.metadata is notifications.models.Delivery.metadata is Base.metadata
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String | JSON | LargeBinary) and not isinstance(column.type, Enum)
    }
