"""French for what the command-line library says on its own."""

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
            problem = f"« {_name(error)} » : {error.message}"
        case _:
            problem = _translate(str(error.message))
    return f"{problem} (aide : {command} --help)"


def _name(error: Any) -> str:
    """Name of an argument or option as a user writes it."""
    if error.param is None:
        return str(error.param_hint)
    names = sorted(error.param.opts, key=len, reverse=True)
    return str(getattr(error.param, "metavar", None) or names[0])


def _translate(message: str) -> str:
    for english, french in (
        ("No such command ", "commande inconnue "),
        ("Got unexpected extra arguments ", "arguments en trop "),
        ("Got unexpected extra argument ", "argument en trop "),
        ("Missing command.", "il manque une commande"),
    ):
        message = message.replace(english, french)
    return message
