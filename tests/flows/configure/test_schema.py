import json
import tomllib

from jsonschema import Draft7Validator

from flows.configure.packaged import packaged_config
from flows.configure.schema import schemas
from tests.table import table

FOLDER = packaged_config() / "schema"
SERVICE = '[http]\nproxy = "env"\ntimeouts = { read = "5s" }\n[archive]\nraw_days = 1\n'


def test_the_schemas_are_those_that_the_code_makes_and_each_file_names_its_own() -> None:
    made = schemas()
    assert {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")} == made
    for name in made:
        assert (packaged_config() / f"{name}.toml").read_text("utf-8").startswith(f"#:schema schema/{name}.json\n")


@table(
    "name, text, good", *[(name, (packaged_config() / f"{name}.toml").read_text("utf-8"), True) for name in schemas()]
)
def test_an_editor_is_told_what_konato_check_would_say(name: str, text: str, good: bool) -> None:
    data = json.loads(json.dumps(tomllib.loads(text), default=str))  # a date as an editor has it
    assert Draft7Validator(schemas()[name]).is_valid(data) is good
