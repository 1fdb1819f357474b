"""From a file of outlines (GeoJSON, TopoJSON) to `Contour`s: read in a stream, told which level they are of, made lighter.

ContoursError      nothing was kept, `message` says what to do next
"""

from catalogue.contours.loading import Loaded, load
from catalogue.contours.reading import ContoursError

__all__ = ["ContoursError", "Loaded", "load"]
