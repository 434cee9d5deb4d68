"""The catalog: photos, embeddings, predictions, clusters, labels and actions in one SQLite file."""

from photosort.core.catalog.catalog import Catalog
from photosort.core.catalog.values import (
    AnalysedPhoto,
    ClassifierRow,
    Clustering,
    EmbeddingTable,
    PredictionColumns,
    PredictionOutput,
    Root,
    ScanChanges,
)

__all__ = [
    "AnalysedPhoto",
    "Catalog",
    "ClassifierRow",
    "Clustering",
    "EmbeddingTable",
    "PredictionColumns",
    "PredictionOutput",
    "Root",
    "ScanChanges",
]
