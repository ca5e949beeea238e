"""What the site has beyond docs/: the two pages that a code host wants in the root.

A hook of mkdocs.yml. Links between them and docs/ are written for a code host; here they are made
those of the site.
"""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
IN_ROOT = ("CONTRIBUTING.md", "CHANGELOG.md")


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds the pages that stand in the root."""
    for name in IN_ROOT:
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Gives the links of a page as they are on the site."""
    del config, files
    return links_of_site(markdown, page.file.src_uri)


def links_of_site(markdown: str, name: str) -> str:
    """Links of the page `name` with both folders made one; README is the site's first page."""
    outside = r"(?:docs/)?" if name in IN_ROOT else r"\.\./"
    inward = re.sub(rf"\]\({outside}(?!\w+:)([^)\s]+)\)", r"](\1)", markdown)
    return re.sub(r"\]\(README\.md(?=[)#])", "](index.md", inward)
