"""What a network can be trained with: `facts` and `fields` know it without torch, `load` reads it into tensors."""

from core.datasets.errors import DataError
from core.datasets.facts import NAMES, DatasetFacts, facts, fields
from core.datasets.folder import data_folder
from core.datasets.load import Splits, fetch, load

__all__ = ["NAMES", "DataError", "DatasetFacts", "Splits", "data_folder", "facts", "fetch", "fields", "load"]
