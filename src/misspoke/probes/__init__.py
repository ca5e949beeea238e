"""The other failure modes measured: sycophancy, instruction drift, reasoning inconsistency.

Each probe puts questions or conversations to a model under changes of context, on token trees that
share what they begin with, and stores rows; `diagnosis.modes` judges them without the model.
"""
