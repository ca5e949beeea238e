"""An NLI model as a judge: a tiny one, built here, with weights that are set by hand."""

from pathlib import Path

import pytest
import torch
from endings import Endings
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from misspoke.decoding.concept import Concept
from misspoke.decoding.decode import decode
from misspoke.decoding.entailment import ByEntailment, load_entailment
from misspoke.records import UserError
from misspoke.records.decoding import Asked

ASKED = Asked("Q?")


@pytest.fixture(autouse=True)
def _forget() -> None:
    load_entailment.cache_clear()


def nli(folder: Path, labels: list[str], always: int) -> str:
    """A classifier that gives everything one label."""
    words = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    ).save_pretrained(folder)
    config = BertConfig(
        vocab_size=4, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, num_labels=len(labels), id2label=dict(enumerate(labels)),
        label2id={label: place for place, label in enumerate(labels)},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(
            torch.tensor([4.0 if place == always else 0.0 for place in range(len(labels))])
        )
    model.save_pretrained(folder)
    return str(folder)


LABELS = ["CONTRADICTION", "NEUTRAL", "ENTAILMENT"]


@pytest.mark.parametrize(("always", "masses"), [(2, [1.0]), (1, [0.4, 0.35, 0.25])])
def test_classes_that_entail_each_other_are_joined(
    tmp_path: Path, always: int, masses: list[float]
) -> None:
    lm = Endings({"Q?\nAnswer:": {" Rome": 0.4, " Oslo": 0.35, " Christiania": 0.25}})
    sameness = ByEntailment(nli(tmp_path, LABELS, always))
    found = decode(lm, ASKED, Concept(sameness=sameness, early=False))
    assert [one.prob for one in found.classes] == pytest.approx(masses)


def test_a_model_without_a_label_for_entailment_is_refused(tmp_path: Path) -> None:
    source = nli(tmp_path, ["good", "bad"], 0)
    with pytest.raises(UserError, match=r"none of its labels says entailment \(good, bad\)"):
        load_entailment(source)


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded as an NLI model"):
        load_entailment(str(tmp_path / "nothing"))
