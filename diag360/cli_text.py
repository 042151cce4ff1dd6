"""French for what the command-line library says on its own."""

from typing import Any

from typer import rich_utils

_WORDS = {
    "DEFAULT_STRING": "[défaut : {}]",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commandes",
}
HELP = {"help_option_names": ["--help", "-h"]}


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
            name = error.param.human_readable_name if error.param is not None else error.param_hint
            problem = f"il manque « {name} »"
        case "BadParameter":
            name = error.param.opts[-1] if error.param is not None else error.param_hint
            problem = f"« {name} » : {error.message}"
        case _:
            problem = _translate(str(error.message))
    return f"{problem} (aide : {command} --help)"


def _translate(message: str) -> str:
    for english, french in (
        ("No such command ", "commande inconnue "),
        ("Got unexpected extra arguments ", "arguments en trop "),
        ("Got unexpected extra argument ", "argument en trop "),
        ("Missing command.", "il manque une commande"),
    ):
        message = message.replace(english, french)
    return message
