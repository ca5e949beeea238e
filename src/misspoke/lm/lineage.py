"""What is known of a model's lineage without being told: by the catalogue, and by counting."""

from typing import Any

from misspoke.lm.catalogue import CATALOGUE
from misspoke.records.lineage import Lineage


def declared(name: str) -> Lineage:
    """What the catalogue says of the model of this name; nothing of any other."""
    entry = CATALOGUE.get(name)
    if entry is None:
        return Lineage()
    return Lineage(family=entry.family, role=entry.kind, parameters=entry.parameters)


def counted(lm: object) -> Lineage:
    """A model's number of parameters, shared ones once, where its weights are in PyTorch."""
    model: Any = getattr(getattr(lm, "checkpoint", None), "model", None)
    if model is None:
        return Lineage()
    return Lineage(parameters=sum(weight.numel() for weight in model.parameters()))
