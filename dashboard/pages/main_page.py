"""What Streamlit runs for every visit: the navigation, and the page that was chosen."""

from pathlib import Path

import streamlit as st

from dashboard.identity import reviewer_badge

st.set_page_config(page_title="Couture Match", page_icon=Path(__file__).parents[1] / "icon.png", layout="wide")
pages = [
    st.Page("review.py", title="Review", icon=":material/rate_review:", default=True),
    st.Page("search.py", title="Search", icon=":material/image_search:"),
    st.Page("catalogue.py", title="Catalogue", icon=":material/grid_view:"),
    st.Page("accuracy.py", title="Accuracy", icon=":material/monitoring:"),
    st.Page("retune.py", title="Retune", icon=":material/tune:"),
    st.Page("history.py", title="History", icon=":material/history:"),
]
FOLDER = Path(__file__).parents[1]
for sheet in ("pages", "lists", "manager"):
    st.html(FOLDER / f"{sheet}.css")
with st.container(key="page-script"):
    st.html(f"<script>{(FOLDER / 'page.js').read_text(encoding='utf-8')}</script>", unsafe_allow_javascript=True)
chosen = st.navigation(pages, position="top")
reviewer_badge()
chosen.run()
