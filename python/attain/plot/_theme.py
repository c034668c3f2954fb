"""The theme of the scorecard for charts; charts look plain until it is chosen."""

from __future__ import annotations

from typing import Any

import altair as alt

FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"


def theme() -> None:
    """Chooses the scorecard's fonts and quiet axes for all charts that are drawn from now on.

    `alt.theme.enable("default")` goes back.
    """

    @alt.theme.register("attain", enable=True)
    def _attain() -> Any:
        return alt.theme.ThemeConfig(
            config={
                "font": FONT,
                "background": "transparent",
                "view": {"stroke": None},
                "axis": {
                    "domain": False,
                    "ticks": False,
                    "labelPadding": 6,
                    "titleFontWeight": 400,
                },
                "title": {"fontSize": 15, "fontWeight": 600, "offset": 12},
                "legend": {"titleFontWeight": 400, "symbolSize": 110},
            }
        )
