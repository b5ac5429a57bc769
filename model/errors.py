"""The one error a user can cause: bad input, said in one line."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class InputError(ValueError):
    """Input that cannot be used. Its text is one line naming file, key, value and what is allowed.

    The command line prints it and exits with code 2; the app shows it beside the field.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        key: str | None = None,
        value: object = None,
        allowed: Iterable[object] | str | None = None,
    ) -> None:
        self.message, self.file, self.key, self.value = message, file, key, value
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else ", ".join(str(a) for a in allowed)
        super().__init__(self._one_line())

    def __reduce__(self) -> tuple[object, ...]:
        # Worker processes send errors back by pickle, which would otherwise drop the keyword arguments.
        return (_rebuild, (self.message, self.file, self.key, self.value, self.allowed))

    def _one_line(self) -> str:
        parts = [f"{self.file}: " if self.file else "", f"{self.key}: " if self.key else "", self.message]
        if self.value is not None:
            parts.append(f" (got {self.value!r})")
        if self.allowed is not None:
            parts.append(f"; allowed: {self.allowed}")
        return " ".join("".join(parts).split())


def _rebuild(message: str, file: str | None, key: str | None, value: object, allowed: str | None) -> InputError:
    return InputError(message, file=file, key=key, value=value, allowed=allowed)


def nearest(name: object, choices: Iterable[object]) -> str:
    """A hint such as ", did you mean 'glasgow'?", or nothing when no choice is close."""
    close = get_close_matches(str(name), [str(c) for c in choices], n=1, cutoff=0.6)
    return f", did you mean {close[0]!r}?" if close else ""
