from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest

import attain


def modules_after(statement: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_attain_loads_nothing_but_itself_and_the_standard_library() -> None:
    loaded = modules_after("import attain") - modules_after("pass")
    packages = {name.partition(".")[0] for name in loaded}
    assert packages - set(sys.stdlib_module_names) == {"attain"}


def test_importing_attain_does_not_load_its_command_line() -> None:
    loaded = modules_after("import attain")
    assert "attain.__main__" not in loaded
    assert "argparse" not in loaded


def test_the_statistics_are_loaded_when_they_are_asked_for() -> None:
    assert "attain.stats" not in modules_after("import attain")
    for statement in (
        "import attain; attain.stats.count(5)",
        "from attain import stats; stats.count(5)",
        "import attain.stats; attain.stats.count(5)",
        "from attain import *; stats.count(5)",
        "import attain; attain.assess; 'stats' in dir(attain) and attain.stats.count(5)",
    ):
        assert "attain.stats" in modules_after(statement), statement


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="module 'attain' has no attribute 'asess'"):
        _ = attain.asess  # type: ignore[attr-defined]


def test_the_package_has_the_version_of_its_distribution() -> None:
    assert attain.__version__ == importlib.metadata.version("attain")


def test_the_package_needs_no_other_package() -> None:
    requirements = importlib.metadata.requires("attain") or []
    assert [name for name in requirements if "extra ==" not in name] == []


def test_every_public_name_is_there_and_documented() -> None:
    for name in attain.__all__:
        value = getattr(attain, name)
        assert isinstance(value, str) or value.__doc__, name
