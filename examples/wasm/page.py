"""Puts the module into the page: `python examples/wasm/page.py MODULE.wasm PAGE.html`."""

import base64
import sys
from pathlib import Path


def main() -> None:
    module, page = map(Path, sys.argv[1:])
    text = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    code = base64.b64encode(module.read_bytes()).decode()
    page.parent.mkdir(exist_ok=True)
    page.write_text(text.replace("{{wasm}}", code), encoding="utf-8")
    print(
        f"{page}: {page.stat().st_size:,} bytes, of which {module.stat().st_size:,} are the module"
    )


if __name__ == "__main__":
    main()
