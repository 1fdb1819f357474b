"""Charts as server-made SVG: values in, two drawings and a table out. Nothing here knows a table, a record or a request.

Each chart is drawn twice, for a page (`roomy`) and for a phone (`narrow`); the sheet shows the one that fits. Colours
are classes, text is text, and the same values stand in a table beside it.
"""

from portal.charts.bars import Others, bars
from portal.charts.chart import Bar, Bin, Chart, Measured, Moment
from portal.charts.clouds import cloud
from portal.charts.histograms import histogram
from portal.charts.lines import line

__all__ = ["Bar", "Bin", "Chart", "Measured", "Moment", "Others", "bars", "cloud", "histogram", "line"]
