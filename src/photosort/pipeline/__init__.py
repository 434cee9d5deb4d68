"""The whole path of a photo, one generator per step; the window, the command line and the tests drive the same ones.

Every step yields `photosort.core.photo.Progress` values, can be stopped between two yields (``close()``), cleans up
after itself, and returns its result. What it computed before it was stopped is stored, and not computed again.
"""

from photosort.pipeline.analysis import AnalysisSummary, analyze
from photosort.pipeline.folder import Opened, open_folder
from photosort.pipeline.grouping import cluster
from photosort.pipeline.news import Analysed, Switched
from photosort.pipeline.order import Priority

__all__ = ["Analysed", "AnalysisSummary", "Opened", "Priority", "Switched", "analyze", "cluster", "open_folder"]
