"""Review: one photo, five candidates, one key."""

from dashboard.identity import reviewer
from dashboard.review_component import review_screen

review_screen(reviewer())
