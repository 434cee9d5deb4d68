"""The catalog: photos, embeddings, predictions, clusters, labels and actions in one SQLite file."""

from photosort.core.catalog.catalog import Catalog
from photosort.core.catalog.values import (
    Action,
    AnalysedPhoto,
    ClassifierRow,
    Clustering,
    EmbeddingTable,
    PhotoListing,
    PredictionColumns,
    PredictionOutput,
    Root,
    ScanChanges,
    Serving,
)

__all__ = [
    "Action",
    "AnalysedPhoto",
    "Catalog",
    "ClassifierRow",
    "Clustering",
    "EmbeddingTable",
    "PhotoListing",
    "PredictionColumns",
    "PredictionOutput",
    "Root",
    "ScanChanges",
    "Serving",
]
