"""The dashboard as one ASGI application: Streamlit's pages, and own routes beside them."""

from pathlib import Path

from streamlit.starlette import App

from dashboard.routes import ReviewRoutes
from dashboard.wiring import services

app = App(Path(__file__).parent / "pages" / "main_page.py", routes=ReviewRoutes(services).routes())
