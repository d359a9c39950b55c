"""The dashboard as one ASGI application: Streamlit's pages, and own routes beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from streamlit.starlette import App

from dashboard.reading_ahead import read_ahead_beside
from dashboard.routes import ReviewRoutes
from dashboard.wiring import services


@asynccontextmanager
async def _reading_ahead(_app: App) -> AsyncIterator[None]:
    """Begin to read ahead when the server has started."""
    read_ahead_beside(services)
    yield


app = App(Path(__file__).parent / "pages" / "main_page.py", routes=ReviewRoutes(services).routes(), lifespan=_reading_ahead)
