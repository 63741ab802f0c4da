"""Experts' own calendars, rooms, holds, an appointment's life, and calls for an expert"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CELLS = {
    "sqlite": """INSERT INTO reserved_cells (resource, cell, owner)
        SELECT 'expert:' || expert_id, CAST(strftime('%s', at) AS INTEGER) / 300, appointment_id FROM reserved_time""",
    "postgresql": """INSERT INTO reserved_cells (resource, cell, owner)
        SELECT 'expert:' || expert_id, CAST(extract(epoch FROM at) AS INTEGER) / 300, appointment_id
        FROM reserved_time""",
}
_TIMES = {
    "sqlite": """INSERT INTO reserved_time (expert_id, at, appointment_id)
        SELECT substr(resource, 8), strftime('%Y-%m-%d %H:%M:%S.000000', cell * 300, 'unixepoch'), owner
        FROM reserved_cells WHERE resource LIKE 'expert:%' AND owner IN (SELECT id FROM appointments)""",
    "postgresql": """INSERT INTO reserved_time (expert_id, at, appointment_id)
        SELECT substr(resource, 8), to_timestamp(cell * 300.0), owner
        FROM reserved_cells WHERE resource LIKE 'expert:%' AND owner IN (SELECT id FROM appointments)""",
}


def upgrade() -> None:
    _experts()
    _appointments()
    op.create_table(
        "absences",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("expert_id", sa.String(length=80), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["expert_id"], ["experts.id"], name=op.f("fk_absences_expert_id_experts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_expert_id"), "absences", ["expert_id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=400), nullable=False),
        sa.Column("room", sa.String(length=60), nullable=True),
        sa.Column("interpreted", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_holds_token_digest")),
    )
    op.create_index(op.f("ix_holds_until"), "holds", ["until"], unique=False)
    _reservations()
    _calls()
    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("appointment_id", sa.String(length=64), nullable=True),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_texts_appointment_id_appointments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_index(op.f("ix_texts_appointment_id"), "texts", ["appointment_id"], unique=False)


def _experts() -> None:
    with op.batch_alter_table("experts") as table:
        table.add_column(sa.Column("account_id", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("daily_most", sa.Integer(), nullable=True))
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("feed_url", sa.Text(), nullable=True))
        table.add_column(sa.Column("feed_read_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("feed_problem", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("calendar_digest", sa.String(length=64), nullable=True))
        table.create_foreign_key(op.f("fk_experts_account_id_accounts"), "accounts", ["account_id"], ["id"])
        table.create_unique_constraint(op.f("uq_experts_account_id"), ["account_id"])
        table.create_unique_constraint(op.f("uq_experts_calendar_digest"), ["calendar_digest"])
    with op.batch_alter_table("experts") as table:
        table.alter_column("version", server_default=None)


def _appointments() -> None:
    with op.batch_alter_table("appointments") as table:
        table.add_column(sa.Column("room", sa.String(length=60), nullable=True))
        table.add_column(sa.Column("needs", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("interpreter_state", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("same_expert", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("citizen", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("guest_came", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("host_came", sa.Boolean(), nullable=True))
        table.add_column(sa.Column("cancelled_by", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("reason", sa.String(length=200), nullable=True))
    with op.batch_alter_table("appointments") as table:
        table.alter_column("needs", server_default=None)
        table.alter_column("same_expert", server_default=None)
    op.execute("UPDATE appointments SET interpreter_state = 'wanted' WHERE interpreter IS NOT NULL")
    op.create_index("ix_appointments_expert_ends", "appointments", ["expert_id", "ends"], unique=False)


def _reservations() -> None:
    """What was reserved stays reserved; where appointments were given their cells one by one, they become one span."""
    op.create_table(
        "reservations",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("resource", sa.String(length=160), nullable=False),
        sa.Column("first_cell", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "resource", name=op.f("pk_reservations")),
    )
    op.create_index("ix_reservations_when", "reservations", ["resource", "cells", "first_cell"], unique=False)
    op.create_table(
        "reserved_cells",
        sa.Column("resource", sa.String(length=160), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("resource", "cell", name=op.f("pk_reserved_cells")),
    )
    op.create_index(op.f("ix_reserved_cells_owner"), "reserved_cells", ["owner"], unique=False)
    op.execute(_CELLS[op.get_bind().dialect.name])
    op.execute(
        "INSERT INTO reservations (owner, resource, first_cell, cells) "
        "SELECT owner, resource, min(cell), count(*) FROM reserved_cells GROUP BY owner, resource"
    )
    op.drop_table("reserved_time")


def _calls() -> None:
    op.create_table(
        "presence",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_presence_account_id_accounts")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=True),
        sa.Column("appointment_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_calls_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["accounts.id"], name=op.f("fk_calls_made_by_accounts")),
        sa.ForeignKeyConstraint(["taken_by"], ["accounts.id"], name=op.f("fk_calls_taken_by_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_state_until", "calls", ["state", "until"], unique=False)
    op.create_table(
        "rung",
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("declined", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_rung_account_id_accounts")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_rung_call_id_calls")),
        sa.PrimaryKeyConstraint("call_id", "account_id", name=op.f("pk_rung")),
    )
    op.create_index(op.f("ix_rung_account_id"), "rung", ["account_id"], unique=False)


def downgrade() -> None:
    for table in ("rung", "calls", "presence", "texts", "holds", "absences"):
        op.drop_table(table)
    op.create_table(
        "reserved_time",
        sa.Column("expert_id", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("appointment_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointments.id"], name=op.f("fk_reserved_time_appointment_id_appointments")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["experts.id"], name=op.f("fk_reserved_time_expert_id_experts")),
        sa.PrimaryKeyConstraint("expert_id", "at", name=op.f("pk_reserved_time")),
    )
    op.create_index(op.f("ix_reserved_time_appointment_id"), "reserved_time", ["appointment_id"], unique=False)
    op.execute(_TIMES[op.get_bind().dialect.name])
    op.drop_table("reserved_cells")
    op.drop_table("reservations")
    op.drop_index("ix_appointments_expert_ends", table_name="appointments")
    with op.batch_alter_table("appointments") as changed:
        for column in (
            "room",
            "needs",
            "interpreter_state",
            "same_expert",
            "citizen",
            "guest_came",
            "host_came",
            "cancelled_by",
            "reason",
        ):
            changed.drop_column(column)
    with op.batch_alter_table("experts") as changed:
        changed.drop_constraint(op.f("fk_experts_account_id_accounts"), type_="foreignkey")
        for column in (
            "account_id",
            "daily_most",
            "version",
            "feed_url",
            "feed_read_at",
            "feed_problem",
            "calendar_digest",
        ):
            changed.drop_column(column)
