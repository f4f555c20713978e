"""The pages of the service, as the application is given them."""

from web import review_links

PAGES = (review_links.blueprint,)
