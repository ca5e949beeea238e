"""The worked example: Saint Basil's Cathedral, written down as a table model.

The right answer holds half of the belief, but spread over its spellings; one wrong token leads.
"""

from misspoke.lm.table import END, TableModel
from misspoke.records import Question

QUESTION = Question(
    "Which famous church stands on Red Square in Moscow?",
    [
        [
            "Saint Basil's Cathedral",
            "Cathedral of Vasily the Blessed",
            "Pokrovsky Cathedral",
        ]
    ],
    id="saint-basil",
    relation="landmark_name",
    distractors=["Moscow Kremlin", "Kazan Cathedral", "Dormition Cathedral"],
)


def worked_example() -> tuple[TableModel, Question]:
    """The table model of the example, and its question."""
    return TableModel({QUESTION.question: _TABLE}, name="worked example"), QUESTION


_TABLE = {
    (): {" Saint": 0.24, " St": 0.13, " C": 0.12, " Mos": 0.31, " Kaz": 0.09, " The": 0.04,
         " Dorm": 0.04, " I": 0.03},
    (" Saint",): {" Basil": 0.97, " Isaac": 0.03},
    (" Saint", " Basil"): {"'s": 1.0},
    (" Saint", " Basil", "'s"): {" C": 1.0},
    (" Saint", " Basil", "'s", " C"): {"athedral": 1.0},
    (" Saint", " Isaac"): {"'s": 1.0},
    (" St",): {".": 0.6, " Basil": 0.4},
    (" St", "."): {" Basil": 1.0},
    (" St", ".", " Basil"): {"'s": 1.0},
    (" St", ".", " Basil", "'s"): {" C": 1.0},
    (" St", ".", " Basil", "'s", " C"): {"athedral": 1.0},
    (" St", " Basil"): {"'s": 1.0},
    (" St", " Basil", "'s"): {" C": 1.0},
    (" St", " Basil", "'s", " C"): {"athedral": 1.0},
    (" C",): {"athedral": 0.95, "entral": 0.05},
    (" C", "athedral"): {" of": 1.0},
    (" C", "athedral", " of"): {" Vasily": 0.95, " the": 0.05},
    (" C", "athedral", " of", " Vasily"): {" the": 1.0},
    (" C", "athedral", " of", " Vasily", " the"): {" Blessed": 1.0},
    (" C", "athedral", " of", " the"): {" Dorm": 1.0},
    (" C", "athedral", " of", " the", " Dorm"): {"ition": 1.0},
    (" C", "entral"): {" C": 1.0},
    (" C", "entral", " C"): {"athedral": 1.0},
    (" Mos",): {"cow": 1.0},
    (" Mos", "cow"): {" Kremlin": 0.97, END: 0.03},
    (" Kaz",): {"an": 1.0},
    (" Kaz", "an"): {" C": 1.0},
    (" Kaz", "an", " C"): {"athedral": 1.0},
    (" The",): {" Saint": 0.2, " Mos": 0.4, " Kaz": 0.4},
    (" The", " Saint"): {" Basil": 1.0},
    (" The", " Saint", " Basil"): {"'s": 1.0},
    (" The", " Saint", " Basil", "'s"): {" C": 1.0},
    (" The", " Saint", " Basil", "'s", " C"): {"athedral": 1.0},
    (" The", " Mos"): {"cow": 1.0},
    (" The", " Mos", "cow"): {" Kremlin": 1.0},
    (" The", " Kaz"): {"an": 1.0},
    (" The", " Kaz", "an"): {" C": 1.0},
    (" The", " Kaz", "an", " C"): {"athedral": 1.0},
    (" Dorm",): {"ition": 1.0},
    (" Dorm", "ition"): {" C": 1.0},
    (" Dorm", "ition", " C"): {"athedral": 1.0},
    (" I",): {" do": 1.0},
    (" I", " do"): {" not": 1.0},
    (" I", " do", " not"): {" know": 1.0},
}  # fmt: skip
