"""The pages of the service, as the application is given them."""

from web import passwords, problems, review_links, single_sign_on

PAGES = (review_links.blueprint, passwords.blueprint, single_sign_on.blueprint, problems.blueprint)
