"""The checker names file, line and key; what is written reads back the same."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge.files import SHIPPED, ContentErrors, read_folder, write_folder
from knowledge.store import load, published, save
from services.database import Database
from services.migrations import upgrade

UNITS = """\
- id: neuvonta
  name: {fi: Neuvonta, sv: Rådgivning, en: Advice}
  organisation: Porin kaupunki
  hours:
    - {days: [mon], opens: '09:00', closes: '15:00'}
- id: poliisi
  name: {fi: Poliisi, sv: Polisen, en: Police}
  organisation: Poliisi
"""
ENTRY = """\
- id: passi
  unit: poliisi
  title: {fi: Passi, sv: Pass, en: Passport}
  answer: {fi: Poliisilta., sv: Hos polisen., en: From the police.}
  phrasings:
    fi: [mistä passi]
  owner: poliisi
  review_by: '2027-01-01'
  source: yleistieto
  checked: '2026-11-24'
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "entries").mkdir()
    (tmp_path / "units.yaml").write_text(UNITS, "utf-8")
    (tmp_path / "entries" / "valtio.yaml").write_text(ENTRY, "utf-8")
    return tmp_path


def errors(folder: Path) -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        read_folder(folder)
    return [str(error) for error in caught.value.errors]


def test_a_small_folder_reads(folder: Path) -> None:
    base = read_folder(folder)
    assert base.entry("passi").unit == "poliisi"
    assert base.vocabulary is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("  owner: poliisi\n", "  owner: poliisi\n  colour: red\n", "entries/valtio.yaml:8: 0.colour: "),
        ("sv: Pass, ", "", "entries/valtio.yaml:3: 0.title.sv: "),
        ("unit: poliisi", "unit: hovi", "entries/valtio.yaml:2: passi.unit: no unit `hovi`"),
        ("[mistä passi]", "[mistä passi, Mistä passi?]", "entries/valtio.yaml:6: passi.phrasings.fi.1: duplicate phrasing"),
        ("  owner: poliisi\n", "  related: [ei_ole]\n  owner: poliisi\n", "entries/valtio.yaml:7: passi.related.0: no entry"),
        ("unit: poliisi", "unit: neuvonta\n  redirect: true", "entries/valtio.yaml:3: passi.redirect: `neuvonta` is the city's own"),
        ("'2027-01-01'", "'2027-13-01'", "entries/valtio.yaml:8: 0.review_by: "),
        ("  owner: poliisi\n", "  owner: poliisi\n  owner: toinen\n", "entries/valtio.yaml:8: -: not YAML: the key `owner` stands twice"),
        ("phrasings:", "phrasings: [", "entries/valtio.yaml:"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_and_key(folder: Path, old: str, new: str, expected: str) -> None:
    path = folder / "entries" / "valtio.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert any(line.startswith(expected) for line in errors(folder)), errors(folder)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("closes: '15:00'", "closes: '09:00'", "units.yaml:5: 0.hours.0: impossible hours"),
        ("closes: '15:00'", "closes: 15:00", "units.yaml:5: 0.hours.0.closes: "),
        ("id: poliisi", "id: neuvonta", "units.yaml:1: neuvonta.id: the id `neuvonta` stands 2 times"),
    ],
)
def test_units_are_checked(folder: Path, old: str, new: str, expected: str) -> None:
    (folder / "units.yaml").write_text(UNITS.replace(old, new), "utf-8")
    assert any(line.startswith(expected) for line in errors(folder)), errors(folder)


PLACE = """\
- id: lavia
  name: {fi: Lavia, sv: Lavia, en: Lavia}
  has: [document_camera]
  help: hours
  rooms:
    - {id: koppi, capacity: 2, hours: [{days: [wed], opens: '13:00', closes: '14:30'}]}
    - {id: huone, name: {fi: Huone, sv: Rum, en: Room}}
"""
TOPIC = """\
- id: neuvonta
  unit: neuvonta
  name: {fi: Neuvonta, sv: Rådgivning, en: Advice}
  minutes: 40
  minutes_interpreted: 60
  lead_minutes: 120
  horizon_days: 14
  interpreter_by: unit
  languages: [fi, ru]
  places: [lavia]
"""
AGENCY = """\
- id: vero
  name: {fi: Vero, sv: Skatt, en: Tax}
  url: https://www.vero.fi
  about: {fi: Verot, sv: Skatter, en: Taxes}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[document_camera]", "[trampoline]", "places.yaml:3: 0.has.0: "),
        ("help: hours", "help: maybe", "places.yaml:4: 0.help: "),
        ("capacity: 2", "capacity: 0", "places.yaml:6: 0.rooms.0.capacity: "),
        ("closes: '14:30'", "closes: '13:00'", "places.yaml:6: 0.rooms.0.hours.0: impossible hours"),
        ("id: huone", "id: koppi", "places.yaml:7: lavia.rooms.1.id: the id `koppi` stands twice"),
        ("id: lavia", "id: home", "places.yaml:6: home.rooms: a citizen's own place has no rooms"),
        ("minutes_interpreted: 60", "minutes_interpreted: 20", "topics.yaml:1: 0: minutes_interpreted is less"),
        ("lead_minutes: 120", "lead_minutes: -1", "topics.yaml:6: 0.lead_minutes: "),
        ("horizon_days: 14", "horizon_days: 32", "topics.yaml:7: 0.horizon_days: "),
        ("interpreter_by: unit", "interpreter_by: police", "topics.yaml:8: 0.interpreter_by: "),
        ("[fi, ru]", "[fi, Russian]", "topics.yaml:9: 0.languages.1: "),
        ("https:", "http:", "agencies.yaml:3: 0.url: "),
        ("sv: Skatter, ", "", "agencies.yaml:4: 0.about.sv: "),
    ],
)  # fmt: skip
def test_what_can_be_booked_is_checked(folder: Path, old: str, new: str, expected: str) -> None:
    for name, text in {"places": PLACE, "topics": TOPIC, "agencies": AGENCY}.items():
        (folder / f"{name}.yaml").write_text(text.replace(old, new), "utf-8")
    assert any(line.startswith(expected) for line in errors(folder)), errors(folder)


def test_what_can_be_booked_round_trips_through_files_and_rows(folder: Path, tmp_path: Path) -> None:
    for name, text in {
        "places": PLACE,
        "topics": TOPIC,
        "agencies": AGENCY + AGENCY.replace("id: vero", "id: kela"),
    }.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    base = read_folder(folder)
    assert [room.capacity for room in base.places[0].rooms] == [2, 1]
    assert [agency.id for agency in base.agencies] == ["vero", "kela"]
    write_folder(base, tmp_path / "out")
    assert read_folder(tmp_path / "out") == base
    database = Database(f"sqlite:///{tmp_path / 'porina.db'}")
    upgrade(database)
    with closing(database):
        save(database, base, datetime(2026, 11, 24, tzinfo=UTC), by="tester", source="folder")
        assert load(database) == (1, base)
    assert published(base, date(2026, 11, 24)).agencies == base.agencies


def test_all_errors_are_told_at_once(folder: Path) -> None:
    (folder / "units.yaml").write_text(UNITS.replace("'09:00'", "'25:00'"), "utf-8")
    (folder / "entries" / "muu.yaml").write_text("- {id: x}\n", "utf-8")
    told = errors(folder)
    assert any("units.yaml:5" in line for line in told)
    assert any("entries/muu.yaml:1: 0.title" in line for line in told)


def test_what_refers_to_an_unreadable_file_is_not_blamed(folder: Path) -> None:
    (folder / "units.yaml").write_text("- {id: kela\n", "utf-8")
    assert [line.partition(": -: ")[0] for line in errors(folder)] == ["units.yaml:2"]


def test_a_folder_without_entries_is_no_knowledge_base(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text(UNITS, "utf-8")
    assert errors(tmp_path) == ["entries:1: -: the folder is missing"]


def test_what_is_not_utf8_or_not_there(folder: Path, tmp_path: Path) -> None:
    (folder / "entries" / "valtio.yaml").write_bytes(b"- id: \xff\n")
    assert errors(folder) == ["entries/valtio.yaml:1: -: not UTF-8: byte 6"]
    (folder / "entries" / "valtio.yaml").write_text("- &a [*a]\n", "utf-8")
    assert errors(folder) == ["entries/valtio.yaml:1: -: not YAML: an alias stands for this, write it out"]
    (folder / "entries" / "valtio.yaml").write_text("[" * 20_000, "utf-8")
    assert [line.partition(": -: ")[0] for line in errors(folder)] == ["entries/valtio.yaml:1"]
    (folder / "units.yaml").unlink()
    assert "units.yaml:1: -: the file is missing" in errors(folder)
    assert "no such folder" in errors(tmp_path / "missing")[0]


def test_the_shipped_content_is_whole_and_round_trips(tmp_path: Path) -> None:
    base = read_folder(SHIPPED)
    ids = Path(__file__).parents[1] / "eval" / "entry-ids.md"
    wanted = {line.split("`")[1] for line in ids.read_text("utf-8").splitlines() if line.startswith("- `")}
    assert len(wanted) == 135
    assert wanted <= {entry.id for entry in base.entries}
    assert sum(entry.redirect and entry.id not in wanted for entry in base.entries) >= 25
    assert len(base.units) >= 25
    rooms = {place.id: len(place.rooms) for place in base.places}
    assert rooms == {"home": 0, "yrjonkatu-6": 21, "reposaari": 1, "lavia": 1, "ahlainen": 1}
    assert base.agencies
    for agency in base.agencies:
        assert not base.unit(agency.id).is_the_city
        assert agency.url == base.unit(agency.id).web
    assert all(entry.approved for entry in base.entries)
    write_folder(base, tmp_path / "out")
    again = read_folder(tmp_path / "out")
    assert sorted(again.entries, key=lambda entry: entry.id) == sorted(base.entries, key=lambda entry: entry.id)
    assert (again.units, again.topics, again.places, again.agencies, again.vocabulary) == (
        base.units,
        base.topics,
        base.places,
        base.agencies,
        base.vocabulary,
    )
