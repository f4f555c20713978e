"""The pages of the service, as the application is given them."""

from web import passwords, review_links

PAGES = (review_links.blueprint, passwords.blueprint)
