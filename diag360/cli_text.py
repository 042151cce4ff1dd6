"""French for what the command-line library says on its own."""

import re
from typing import Any

from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

_WORDS = {
    "DEFAULT_STRING": "[défaut : {}]",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commandes",
}
# What the command-line library says, its releases differing by a word or two.
_SENTENCES = (
    (r"No such command '(.*?)'\.", "commande inconnue « {} »"),
    (r"No such command '(.*?)'\. Did you mean (.*)\?", "commande inconnue « {} » ; peut-être {} ?"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", "argument en trop « {} »"),
    (r"Missing command\.", "il manque une commande"),
    (r"(?:Value error, )?['\"](.*)['\"] is not one of (.*?)\.?", "« {} » inconnu ; choisir : {}"),
    (r"Option '(.*)' requires an argument\.", "l’option « {} » attend une valeur"),
    (r"Option '(.*)' does not take a value\.", "l’option « {} » n’attend pas de valeur"),
)
_HELP = "Affiche cette aide."
HELP = {"help_option_names": ["--help", "-h"]}


class FrenchCommand(TyperCommand):
    """A command whose help option speaks French."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help option with a French text."""
        option: Any = super().get_help_option(ctx)
        option.help = _HELP
        return option


class FrenchGroup(TyperGroup):
    """A group of commands whose help option speaks French."""

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help option with a French text."""
        option: Any = super().get_help_option(ctx)
        option.help = _HELP
        return option


def speak_french() -> None:
    """Replace the headings of help pages."""
    for name, words in _WORDS.items():
        setattr(rich_utils, name, words)


def usage_message(error: Any) -> str:
    """Say what is wrong with a command line.

    Parameters
    ----------
    error : Exception
        A usage error of the command-line library.

    Returns
    -------
    str
        One French sentence naming the offender, and where to find help.
    """
    kind = type(error).__name__
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "diag360"
    match kind:
        case "NoSuchOption":
            near = ", ".join(getattr(error, "possibilities", None) or [])
            problem = f"option inconnue « {error.option_name} »"
            problem += f" ; peut-être {near} ?" if near else ""
        case "MissingParameter":
            problem = f"il manque « {_name(error)} »"
        case "BadParameter":
            problem = f"« {_name(error)} » : {_translate(str(error.message))}"
        case _:
            problem = _translate(str(error.message))
    return f"{problem} (aide : {command} --help)"


def _name(error: Any) -> str:
    """Name of an argument or option as a user writes it."""
    if error.param is None:
        return str(error.param_hint)
    names = sorted(error.param.opts, key=len, reverse=True)
    if names[0].startswith("-"):
        return str(names[0])
    return str(getattr(error.param, "metavar", None) or names[0])


def _translate(message: str) -> str:
    for english, french in _SENTENCES:
        if found := re.fullmatch(english, message, re.DOTALL):
            offender, *choices = found.groups() or ("",)
            return french.format(offender, *(part.replace("'", "") for part in choices))
    return message
