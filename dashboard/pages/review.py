"""Review: one photo, five candidates, one key."""

from dashboard.identity import reviewer
from dashboard.request_guard import page_token
from dashboard.review_component import review_screen
from dashboard.wiring import services

name = reviewer()
review_screen(name, page_token(services().home, name))
