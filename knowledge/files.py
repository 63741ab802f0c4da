"""Read and write a knowledge base as a folder of YAML files (the format is the contract's).

`read_folder` gives many errors at once, each with file, line and key, so that an editor mends a folder in few goes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from knowledge.checks import Finding, check
from knowledge.model import Agency, Entry, KnowledgeBase, Place, Topic, Unit, Vocabulary

SHIPPED = Path(__file__).parent / "content"

Item = TypeVar("Item", bound=BaseModel)
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class ContentError:
    """One thing wrong in a content file. `key` is the dotted way to the value, `line` counts from 1."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ContentErrors(Exception):
    """A folder that is not a knowledge base; `errors` in the order of files and lines."""

    def __init__(self, errors: Iterable[ContentError]) -> None:
        self.errors = sorted(set(errors))
        super().__init__("\n".join(map(str, self.errors)))


class _Document:
    """A parsed YAML file that can say on which line a value stands."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.name = str(path.relative_to(folder))
        try:
            loader = _NoDuplicates(path.read_text("utf-8"))
            self._node: yaml.Node | None = loader.get_single_node()
            _refuse_aliases(self._node)
            self.data: Any = None if self._node is None else loader.construct_document(self._node)
        except UnicodeDecodeError as error:
            raise ContentErrors([ContentError(self.name, 1, "-", f"not UTF-8: byte {error.start}")]) from error
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ContentErrors([ContentError(self.name, line, "-", f"not YAML: {error.problem}")]) from error
        except RecursionError:
            raise ContentErrors([ContentError(self.name, 1, "-", "nested too deep")]) from None
        except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date such as 2026-13-01
            raise ContentErrors([ContentError(self.name, 1, "-", f"not YAML: {error}")]) from error

    def line(self, way: Path_) -> int:
        """The line of the value at `way`, or of the last part of the way that exists."""
        node, line = self._node, 1
        for step in (*way, None):
            if node is None:
                break
            line = node.start_mark.line + 1
            if isinstance(node, yaml.MappingNode):
                found = next(((k, v) for k, v in node.value if k.value == str(step)), None)
                if found:
                    line = found[0].start_mark.line + 1
                node = found[1] if found else None
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
            else:
                break
        return line

    def error(self, way: Path_, message: str) -> ContentError:
        key = ".".join(str(step) for step in way) or "-"
        return ContentError(self.name, self.line(way), key, message)


class _NoDuplicates(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML lets a later key silently win over an earlier one; in content that is a lost answer."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"the key `{key}` stands twice", problem_mark=key_node.start_mark)
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _refuse_aliases(root: yaml.Node | None) -> None:
    """A few aliases can stand for a gigabyte, or one for itself; content has no need of them."""
    seen: set[int] = set()
    waiting = [] if root is None else [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise yaml.MarkedYAMLError(problem="an alias stands for this, write it out", problem_mark=node.start_mark)
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)


def read_folder(folder: Path) -> KnowledgeBase:
    """The knowledge base in `folder`.

    Raises ContentErrors: everything that cannot be read, also a missing folder, `units.yaml` or `entries`; where all
    can be read, every rule that is broken.
    """
    if not folder.is_dir():
        raise ContentErrors([ContentError(str(folder), 1, "-", "no such folder")])
    errors: list[ContentError] = []
    where: dict[tuple[str, str], tuple[_Document, Path_]] = {}

    def documents(paths: Iterable[Path]) -> Iterator[_Document]:
        for path in paths:
            try:
                yield _Document(folder, path)
            except ContentErrors as broken:
                errors.extend(broken.errors)

    def items(kind: type[Item], paths: Iterable[Path]) -> tuple[Item, ...]:
        read: list[Item] = []
        for document in documents(paths):
            if not isinstance(document.data, list):
                if document.data is not None:
                    errors.append(document.error((), "the file must be a list"))
                continue
            for index, row in enumerate(document.data):
                item = _validated(kind, row, document, (index,), errors)
                if item is not None:
                    read.append(item)
                    where.setdefault((kind.__name__, str(getattr(item, "id", ""))), (document, (index,)))
        return tuple(read)

    units = items(Unit, _required(folder, "units.yaml", errors))
    if not (folder / "entries").is_dir():
        errors.append(ContentError("entries", 1, "-", "the folder is missing"))
    entries = items(Entry, sorted(path for path in (folder / "entries").glob("*.yaml") if path.is_file()))
    topics = items(Topic, _optional(folder, "topics.yaml"))
    places = items(Place, _optional(folder, "places.yaml"))
    agencies = items(Agency, _optional(folder, "agencies.yaml"))
    vocabulary: Vocabulary | None = None
    for document in documents(_optional(folder, "vocabulary.yaml")):
        vocabulary = _validated(Vocabulary, document.data or {}, document, (), errors)
    if errors:  # what could not be read would be missed by all that refer to it
        raise ContentErrors(errors)
    base = KnowledgeBase(
        units=units, entries=entries, topics=topics, places=places, agencies=agencies, vocabulary=vocabulary
    )
    errors.extend(_located(check(base), where))
    if errors:
        raise ContentErrors(errors)
    return base


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary in `folder`, which must have one. Raises ContentErrors, OSError."""
    document = _Document(folder, folder / "vocabulary.yaml")
    errors: list[ContentError] = []
    vocabulary = _validated(Vocabulary, document.data, document, (), errors)
    if vocabulary is None:
        raise ContentErrors(errors)
    return vocabulary


def _required(folder: Path, name: str, errors: list[ContentError]) -> list[Path]:
    if not (folder / name).is_file():
        errors.append(ContentError(name, 1, "-", "the file is missing"))
    return _optional(folder, name)


def _optional(folder: Path, name: str) -> list[Path]:
    return [folder / name] if (folder / name).is_file() else []


def _validated(kind: type[Item], row: Any, document: _Document, way: Path_, errors: list[ContentError]) -> Item | None:
    try:
        return kind.model_validate(_strings_in_nfc(row))
    except ValidationError as invalid:
        errors.extend(
            document.error((*way, *problem["loc"]), problem["msg"].removeprefix("Value error, "))
            for problem in invalid.errors()
        )
        return None


def _strings_in_nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _strings_in_nfc(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_strings_in_nfc(inner) for inner in value]
    return value


def _located(
    findings: Iterable[Finding], where: dict[tuple[str, str], tuple[_Document, Path_]]
) -> Iterator[ContentError]:
    for finding in findings:
        document, way = where[finding.kind, finding.id]
        error = document.error((*way, *finding.way), finding.message)
        yield ContentError(error.file, error.line, f"{finding.id}.{'.'.join(map(str, finding.way))}", error.message)


def write_folder(base: KnowledgeBase, folder: Path) -> None:
    """Write `base` below `folder`, entries in one file a unit; reading it back gives the same knowledge base.

    Raises OSError where the folder cannot be written.
    """
    (folder / "entries").mkdir(parents=True, exist_ok=True)
    _dump(folder / "units.yaml", base.units)
    _dump(folder / "topics.yaml", base.topics)
    _dump(folder / "places.yaml", base.places)
    _dump(folder / "agencies.yaml", base.agencies)
    by_unit: dict[str, list[Entry]] = {}
    for entry in base.entries:
        by_unit.setdefault(entry.unit, []).append(entry)
    for unit, entries in by_unit.items():
        _dump(folder / "entries" / f"{unit}.yaml", entries)
    if base.vocabulary is not None:
        _write(folder / "vocabulary.yaml", base.vocabulary.model_dump(mode="json"))


def _dump(path: Path, items: Iterable[BaseModel]) -> None:
    _write(path, [item.model_dump(mode="json", by_alias=True, exclude_defaults=True) for item in items])


def _write(path: Path, data: Any) -> None:
    with path.open("w", encoding="utf-8") as file:
        yaml.safe_dump(data, file, allow_unicode=True, sort_keys=False, width=110)
