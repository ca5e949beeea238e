"""Tokenizers: the bytes of every token, or a refusal."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers import processors as post
from transformers import PreTrainedTokenizerFast

from misspoke.lm.tokenizer import HubTokenizer
from misspoke.records import UserError

WORDS = ["Saint", "St", "Basil", "Paris", "an", "er", "the", "is", "12", "ü", "東京", "’s", ":"]


def merged(alphabet: list[str], words: list[str]) -> models.BPE:
    """Byte pairs that spell some words as one token, and everything else piece by piece."""
    vocabulary = dict.fromkeys(alphabet)
    merges: dict[tuple[str, str], None] = {}
    for word in words:
        for end in range(2, len(word) + 1):
            merges[word[: end - 1], word[end - 1]] = None
            vocabulary[word[:end]] = None
    ids = {text: number for number, text in enumerate(vocabulary)}
    return models.BPE(ids, list(merges), byte_fallback="<0x00>" in ids)


def byte_level() -> Tokenizer:
    """As GPT-2, Llama 3 and SmolLM have it."""
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    spelled = ["".join(t for t, _ in split.pre_tokenize_str(f" {word}")) for word in WORDS]
    made = Tokenizer(merged(pre_tokenizers.ByteLevel.alphabet(), spelled))
    made.pre_tokenizer = split
    made.decoder = decoders.ByteLevel()
    return made


def sentence_piece() -> Tokenizer:
    """As Gemma and Llama 2 have it: a mark for the blank, bytes for what has no token."""
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    letters = sorted({char for word in WORDS for char in word} | {"▁", "\n", "(", ")", "–"})
    made = Tokenizer(merged([*pieces, *letters], [f"▁{word}" for word in WORDS]))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return made


def sentence_piece_without_bytes() -> Tokenizer:
    """The same, with a token for each character instead."""
    letters = [*map(chr, range(32, 127)), *"üãéï–“”’東京▁\n"]
    made = Tokenizer(merged(letters, [f"▁{word}" for word in WORDS]))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse()])
    return made


def word_pieces() -> Tokenizer:
    """As BERT has it: its tokens do not tell where a blank was."""
    made = Tokenizer(models.WordPiece({"[UNK]": 0, "Paris": 1, "##is": 2}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.decoder = decoders.WordPiece()
    return made


def loaded(made: Tokenizer, **special: str) -> HubTokenizer:
    return HubTokenizer(PreTrainedTokenizerFast(tokenizer_object=made, **special), "tiny")


KINDS: list[Callable[[], Tokenizer]] = [byte_level, sentence_piece]


@pytest.mark.parametrize("kind", [*KINDS, sentence_piece_without_bytes])
def test_words_of_several_letters_are_one_token(kind: Callable[[], Tokenizer]) -> None:
    tokenizer = loaded(kind())
    [tokens] = tokenizer.encode_plain([" Saint Basil"])
    assert [tokenizer.token_bytes[token] for token in tokens] == [b" Saint", b" Basil"]


@pytest.mark.parametrize("kind", KINDS)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="▁"), max_size=20))
def test_the_bytes_add_up(kind: Callable[[], Tokenizer], text: str) -> None:
    tokenizer = _kept(kind)
    for written in (text, f" Saint {text} Basil’s"):
        [tokens] = tokenizer.encode_plain([written])
        assert b"".join(tokenizer.token_bytes[t] or b"" for t in tokens) == written.encode()


_made: dict[Callable[[], Tokenizer], HubTokenizer] = {}


def _kept(kind: Callable[[], Tokenizer]) -> HubTokenizer:
    if kind not in _made:
        _made[kind] = loaded(kind())
    return _made[kind]


def test_a_token_may_be_a_part_of_a_letter() -> None:
    for kind in KINDS:
        tokenizer = loaded(kind())
        [tokens] = tokenizer.encode_plain(["\N{SNOWMAN}"])
        assert [tokenizer.token_bytes[t] for t in tokens] == [b"\xe2", b"\x98", b"\x83"]


def test_special_tokens_end_the_text_and_added_ones_do_not() -> None:
    made = byte_level()
    made.add_special_tokens(["<|end|>", "<|begin|>"])
    made.add_tokens([AddedToken("Zürich", normalized=False)])
    tokenizer = loaded(made)
    assert tokenizer.token_bytes[made.token_to_id("<|end|>")] is None
    assert tokenizer.token_bytes[made.token_to_id("Zürich")] == "Zürich".encode()


def test_a_prompt_begins_as_the_model_expects_and_what_follows_does_not() -> None:
    made = byte_level()
    made.add_special_tokens(["<s>"])
    begin = made.token_to_id("<s>")
    made.post_processor = post.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", begin)])
    tokenizer = loaded(made, bos_token="<s>")
    [plain] = tokenizer.encode_plain(["Paris"])
    assert tokenizer.encode("Paris") == (begin, *plain)


def test_the_chat_template_opens_the_text_once_and_does_not_think() -> None:
    made = byte_level()
    made.add_special_tokens(["<s>"])
    begin = made.token_to_id("<s>")
    made.post_processor = post.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", begin)])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<s>")
    assert HubTokenizer(tokenizer, "tiny").chat([{"role": "user", "content": "?"}]) is None
    tokenizer.chat_template = (
        "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}\n{% endfor %}"
        "{% if add_generation_prompt %}[assistant]{% if enable_thinking %} hm{% endif %}{% endif %}"
    )
    wrapped = HubTokenizer(tokenizer, "tiny")
    text = wrapped.chat([{"role": "user", "content": "Where?"}])
    assert text == "[user] Where?\n[assistant]"
    assert wrapped.encode(text).count(begin) == 1


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UserError, match="tiny: its tokenizer's decoder is of an unknown kind"):
        loaded(word_pieces())


def test_bytes_that_do_not_add_up_are_refused() -> None:
    made = byte_level()
    made.normalizer = normalizers.Lowercase()
    with pytest.raises(UserError, match="do not add up"):
        loaded(made)


def test_a_slow_tokenizer_is_refused() -> None:
    with pytest.raises(UserError, match=r"tiny: its tokenizer is no fast one.*tokenizer\.json"):
        HubTokenizer(object(), "tiny")
