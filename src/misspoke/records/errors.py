"""What misspoke raises.

MisspokeError
├── UserError          the user can mend it: one line that says what, where, and the remedy
│   └── SettingsDiffer a run folder was made with other settings
└── Interrupted        Ctrl-C: what is finished is kept
"""


class MisspokeError(Exception):
    """Base of everything that misspoke raises on purpose."""


class UserError(MisspokeError):
    """Something that the user can mend; its text is one line: what is wrong, where, the remedy."""


class SettingsDiffer(UserError):
    """A run folder holds rows that were made with other settings."""


class Interrupted(MisspokeError):
    """The user stopped the work; what was finished is on disk."""
