from __future__ import annotations

import csv
import io

import pytest

from dashboard.charts import OpenRow, csv_text, drawn_names
from dashboard.markup import Picture, bars, figure, pairs, plain
from dashboard.row_charts import difference_chart, interval_chart, ladder_chart, weights_chart
from dashboard.wording import FEWEST_PHOTOS, percent, range_words, value_words
from feedback.evaluation import Step
from feedback.metrics import Interval

MANY = Interval(value=0.6, low=0.5, high=0.7, n=80)
FEW = Interval(value=1.0, low=1.0, high=1.0, n=FEWEST_PHOTOS - 1)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_figure_is_drawn_with_its_interval() -> None:
    chart = interval_chart("accuracy", "How good?", [("Top-1", MANY)], what="sealed side")

    assert chart.figure is not None
    [dots] = chart.figure.data
    assert list(dots.x) == [0.6]
    assert dots.error_x.array[0] == pytest.approx(0.1)
    assert dots.error_x.arrayminus[0] == pytest.approx(0.1)


def test_a_figure_on_too_few_photos_is_named_undecided_and_not_drawn() -> None:
    chart = interval_chart("categories", "Which?", [("bag", MANY), ("shoe", FEW)], what="Top-1")

    assert chart.figure is not None
    assert list(chart.figure.data[0].y) == ["bag"]
    assert chart.undecided == (OpenRow(name="shoe", n=9, said="100 to 100 %, n 9"),)


def test_a_chart_of_nothing_decided_has_no_figure() -> None:
    assert interval_chart("categories", "Which?", [("shoe", FEW)], what="Top-1").figure is None


def test_the_csv_has_every_row_with_interval_and_n() -> None:
    chart = interval_chart("categories", "Which?", [("bag", MANY), ("shoe", FEW)], what="Top-1")

    assert rows_of(chart.csv)[0] == {"name": "bag", "value": "0.6", "low": "0.5", "high": "0.7", "n": "80"}
    assert rows_of(chart.csv)[1]["n"] == "9"


def test_differences_are_drawn_around_zero_in_the_middle() -> None:
    chart = difference_chart("versions", "Better?", [("v2 against v1", Interval(value=-0.1, low=-0.2, high=0.0, n=40))])

    assert chart.figure is not None
    low, high = chart.figure.layout.xaxis.range
    assert low == pytest.approx(-high)
    assert high > 0.2


def test_the_ladder_has_a_row_per_step_and_the_first_has_no_difference() -> None:
    first = Step(step="2d", top1=MANY, top3=MANY, top5=MANY, difference=None)
    second = Step(step="2d + 3d", top1=MANY, top3=MANY, top5=MANY, difference=Interval(value=0.1, low=0.0, high=0.2, n=80))

    chart = ladder_chart([first, second])

    assert chart.figure is not None
    assert [trace.name for trace in chart.figure.data] == ["Top-1", "Top-3", "Top-5"]
    assert [row["difference value"] for row in rows_of(chart.csv)] == ["", "0.1"]


def test_weights_of_two_versions_stand_side_by_side() -> None:
    chart = weights_chart("weights", "Which count?", {"v1": {"reference": 0.4, "render": 0.6}, "v2": {"reference": 1.0}})

    assert chart.figure is not None
    assert {trace.name: list(trace.x) for trace in chart.figure.data} == {"v2": [1.0, 0.0], "v1": [0.4, 0.6]}
    assert rows_of(chart.csv)[1] == {"part": "render", "v1": "0.6", "v2": "0.0"}


def test_csv_quotes_what_would_break_it() -> None:
    assert rows_of(csv_text(("name", "n"), [('a "b", c', None)])) == [{"name": 'a "b", c', "n": ""}]


@pytest.mark.parametrize(
    ("interval", "value", "interval_said"), [(MANY, "60 %", "50 to 70 %, n 80"), (FEW, "undecided", "100 to 100 %, n 9")]
)
def test_a_share_is_said_with_its_interval_or_as_undecided(interval: Interval, value: str, interval_said: str) -> None:
    assert (value_words(interval), range_words(interval)) == (value, interval_said)


def test_a_difference_is_said_with_its_sign() -> None:
    assert percent(-0.04, sign=True) == "-4 %"
    assert range_words(Interval(value=0, low=-0.04, high=0.1, n=20), sign=True) == "-4 to +10 %, n 20"


def test_texts_of_a_picture_cannot_bring_markup() -> None:
    html = figure(Picture(url='x" onerror="alert(1)', alt="<b>", caption="<script>"))

    assert '" onerror' not in html
    assert "<b>" not in html
    assert "<script>" not in html


def test_a_picture_without_address_is_an_empty_frame() -> None:
    assert "<img" not in figure(Picture(url="", alt="nothing"))


def test_pairs_hold_two_pictures_each() -> None:
    one = Picture(url="a", alt="a")

    assert pairs([(one, one), (one, one)]).count("<figure") == 4


def test_bars_are_as_long_as_their_share_of_the_largest() -> None:
    html = bars([("colour", 0.5), ("<i>", -0.25)])

    assert "--cm-share: 1.000" in html
    assert "--cm-share: 0.500" in html
    assert "&lt;i&gt;" in html


def test_markdown_in_a_title_is_shown_as_it_is() -> None:
    assert plain("a *bold* [link](x) :red[b] $y$") == r"a \*bold\* \[link\]\(x\) \:red\[b\] \$y\$"


def test_names_are_drawn_as_they_are_and_never_as_markup() -> None:
    chart = interval_chart(
        "pace",
        "Who?",
        [('<a href="https://x.example">Ann</a> & <b>Ben</b>', MANY), ("x" * 90, MANY), ("x" * 80, MANY)],
        what="pace",
    )

    assert chart.figure is not None
    first, second, third = chart.figure.data[0].y
    assert first == '&lt;a href="https://x.example"&gt;Ann&lt;/a&gt; &amp; &lt;b&gt;Ben&lt;/b&gt;'
    assert (len(second), second != third) == (60, True)


def test_names_on_an_axis_are_each_another_one_whatever_people_are_called() -> None:
    assert drawn_names(["a", "a (3)", "a", "a", "a (2)"]) == ["a", "a (3)", "a (2)", "a (4)", "a (2) (2)"]
