"""JSON Schemas of the four configuration files, for editors, made from the tables that read them.

`python -m flows.configure.schema` writes them into `config/schema/`; each file names its own in a `#:schema` line.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeAlias, cast

from extractors.tables import Keys, count, flag, list_of, one_of, text
from flows.configure import settings, tables, values
from flows.configure.packaged import packaged_config, read_lexicon

Schema: TypeAlias = dict[str, object]
WRITTEN: Final[Mapping[Callable[[object], object], str]] = {
    **dict.fromkeys((values.duration, values.deadline, values.seconds), values.DURATION),
    values.size: values.SIZE, values.clock: values.CLOCK, values.variable: values.VARIABLE,
    values.language: values.LANGUAGE, values.folder: "https?://[^?#]*",
}  # fmt: skip
PLAIN: Final[Mapping[Callable[[object], object], Schema]] = {
    **{read: {"type": "string", "pattern": f"^{pattern}$"} for read, pattern in WRITTEN.items()},
    text: {"type": "string", "pattern": r"\S"},
    flag: {"type": "boolean"},
    count: {"type": "integer", "minimum": 1},
    values.days: {"type": "integer", "minimum": 1, "maximum": values.LONGEST.days},
    **{read: {"type": "string"} for read in (values.digest, values.zone)},
    values.day: {"type": "string", "format": "date"},
    values.address: {"type": "string", "pattern": "^https?://"},
}


def schemas() -> dict[str, Schema]:
    """Return each configuration file's schema by the file's name without its end."""
    lexicon = read_lexicon(packaged_config() / "lexicon")
    arrays = {
        "feeds": _array("feed", tables.FEED, "name", "url"),
        "channels": _array("channel", tables.channel_keys(lexicon.tracks), "name", "url_env"),
        "history": _array("event", tables.history_keys(lexicon), *tables.NEEDED),
        "konato": _table(settings.KEYS),
    }
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return {name: {**draft, "title": f"{name}.toml", **schema} for name, schema in arrays.items()}


def _array(name: str, keys: Keys, *required: str) -> Schema:
    rows = {"type": "array", "items": {**_table(keys), "required": list(required)}}
    return {"type": "object", "properties": {name: rows}, "additionalProperties": False}


def _table(keys: Keys) -> Schema:
    known = {key: _value(read) if callable(read) else _table(read) for key, read in keys.items()}
    return {"type": "object", "properties": known, "additionalProperties": False}


def _value(read: Callable[[object], object]) -> Schema:
    match read:
        case partial(func=func, args=(allowed,)) if func is one_of:
            return {"enum": [str(one) for one in allowed]}
        case partial(func=func, args=(one,)) if func is list_of:
            return {"type": "array", "items": _value(cast("Callable[[object], object]", one)), "uniqueItems": True}
    return PLAIN[read]


if __name__ == "__main__":
    for name, schema in schemas().items():
        place = packaged_config() / "schema" / f"{name}.json"
        place.write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
