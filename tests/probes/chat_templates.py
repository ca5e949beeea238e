"""Chat templates in the manner of widespread ones, each with what it takes for control tokens."""

from dataclasses import dataclass

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from tokenizers import processors as post
from transformers import PreTrainedTokenizerFast

from misspoke.lm.tokenizer import HubTokenizer


@dataclass(frozen=True)
class ChatTemplate:
    name: str
    source: str
    controls: tuple[str, ...]
    system: str
    """Where a form must put what the system says."""
    reply_is_kept: bool = True
    """Whether a prompt is the beginning of the next one of its conversation."""


CHATML = ChatTemplate(
    "chatml",
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    ("<|im_start|>", "<|im_end|>"),
    "role",
)
DEFAULT_SYSTEM = ChatTemplate(
    "a system prompt of its own",
    "{% for m in messages %}{% if loop.first and m.role != 'system' %}"
    "<|im_start|>system\nYou are a helpful assistant named Tiny.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
    ("<|im_start|>", "<|im_end|>"),
    "role",
)
RAISES = ChatTemplate(
    "raises on a system role, roles alternate",
    "{{ bos_token }}{% if messages[0].role == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}{% for m in messages %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant') }}"
    "{% endif %}{% set role = 'model' if m.role == 'assistant' else m.role %}"
    "<start_of_turn>{{ role }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}",
    ("<bos>", "<start_of_turn>", "<end_of_turn>"),
    "first user message",
)
MERGES_FIRST = ChatTemplate(
    "puts the system between marks into the first user message",
    "{% if messages[0].role == 'system' %}{% set said = messages[1:] %}"
    "{% set system = '<<SYS>>\n' + messages[0].content + '\n<</SYS>>\n\n' %}"
    "{% else %}{% set said = messages %}{% set system = '' %}{% endif %}{% for m in said %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
    "{% if m.role == 'user' %}{{ bos_token }}[INST] "
    "{{ (system if loop.first else '') + m.content | trim }} [/INST]"
    "{% else %} {{ m.content | trim }} {{ eos_token }}{% endif %}{% endfor %}",
    ("<bos>", "<eos>"),
    "role",
)
MERGES_LAST = ChatTemplate(
    "puts the system in front of the last user message",
    "{% if messages[0].role == 'system' %}{% set said = messages[1:] %}"
    "{% set system = messages[0].content + '\n\n' %}"
    "{% else %}{% set said = messages %}{% set system = '' %}{% endif %}{{ bos_token }}"
    "{% for m in said %}{% if m.role == 'user' %}"
    "[INST] {{ system if loop.last else '' }}{{ m.content }}[/INST]"
    "{% else %} {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}",
    ("<bos>", "<eos>", "[INST]", "[/INST]"),
    "first user message",
)
DROPS_SYSTEM = ChatTemplate(
    "says nothing of what the system says",
    "{% for m in messages if m.role != 'system' %}"
    "{{ m.role | upper }}: {{ m.content }}</s>\n{% endfor %}"
    "{% if add_generation_prompt %}ASSISTANT:{% endif %}",
    ("</s>",),
    "first user message",
)
THINKS = ChatTemplate(
    "drops earlier thinking",
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{{ m.content.split('</think>')[-1].lstrip('\n') if m.role == 'assistant' else m.content }}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% endif %}{% endif %}",
    ("<|im_start|>", "<|im_end|>"),
    "role",
    reply_is_kept=False,
)
MARKS = ChatTemplate(
    "a mark and a line for each role",
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{{ eos_token }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
    ("<eos>",),
    "role",
)
TEMPLATES = (
    CHATML, DEFAULT_SYSTEM, RAISES, MERGES_FIRST, MERGES_LAST, DROPS_SYSTEM, THINKS, MARKS,
)  # fmt: skip


def tokenizer_for(template: ChatTemplate) -> HubTokenizer:
    """Bytes, the template's control tokens, and <bos> in front of a prompt where it has one."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE({text: token for token, text in enumerate(alphabet)}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens([*template.controls])
    if "<bos>" in template.controls:
        begin = made.token_to_id("<bos>")
        made.post_processor = post.TemplateProcessing(
            single="<bos> $A", special_tokens=[("<bos>", begin)]
        )
    ends = {f"{name}_token": f"<{name}>" for name in ("bos", "eos")}
    special = {key: text for key, text in ends.items() if text in template.controls}
    wrapped = PreTrainedTokenizerFast(tokenizer_object=made, **special)
    wrapped.chat_template = template.source
    return HubTokenizer(wrapped, template.name)
