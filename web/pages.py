"""The pages of the service, as the application is given them."""

from web import (
    account,
    cases,
    committees,
    demonstration,
    doing,
    inbox,
    mentoring,
    my_promotion,
    nominating,
    passwords,
    problems,
    review_links,
    signing_in,
    single_sign_on,
    static_files,
    votes,
)

PAGES = (
    static_files.blueprint,
    signing_in.blueprint,
    demonstration.blueprint,
    doing.blueprint,
    passwords.blueprint,
    single_sign_on.blueprint,
    review_links.blueprint,
    inbox.blueprint,
    cases.blueprint,
    my_promotion.blueprint,
    nominating.blueprint,
    mentoring.blueprint,
    account.blueprint,
    votes.blueprint,
    committees.blueprint,
    problems.blueprint,
)
