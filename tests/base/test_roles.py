"""Who may see what, tried by SQL as each role: the catalogue of tables, policies, views and owners."""

import psycopg
import pytest

from enfilade.base.database import Addresses

OPEN_TABLES = {
    # Tables of the application's schemas without a maison: what they hold names nobody.
    "base.rate_limit",
    "base.idempotency",
    "local_provider.charge",
    "local_provider.request",
    "local_provider.signature",
    "local_provider.slip",
    "local_carrier.parcel",
    "local_carrier.scan",
    "stripe_provider.intent",
}
VIEWS_THAT_READ_AS_OWNER = {
    "public_facts.availability",
    "public_facts.busy",
    "public_facts.appointments_at",
    "public_facts.collects",
    "public_facts.reserves",
    "public_facts.return_terms",
    "public_facts.serialised",
    "public_facts.workshop",
    "public_facts.workshop_day",
    "orders.spare",
}
OUR_SCHEMAS = (
    "n.nspname not in ('procrastinate', 'public', 'information_schema') and left(n.nspname, 3) <> 'pg_'"
)


def test_every_tenant_table_has_row_level_security(admin) -> None:
    bare = admin(f"""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and {OUR_SCHEMAS} and n.nspname <> 'public_facts' and not c.relrowsecurity""")
    assert {name for (name,) in bare} <= OPEN_TABLES


def test_every_tenant_table_has_a_policy_or_no_grant(admin) -> None:
    without = admin(f"""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and {OUR_SCHEMAS} and c.relrowsecurity
          and not exists (select 1 from pg_policy p where p.polrelid = c.oid)
          and has_table_privilege('enfilade_app', c.oid, 'select,insert,update,delete')""")
    assert without == []


def test_every_view_reads_as_its_caller_unless_listed(admin) -> None:
    views = admin(f"""
        select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm') and {OUR_SCHEMAS}
          and not coalesce('security_invoker=true' = any(c.reloptions), false)""")
    assert {name for (name,) in views} == VIEWS_THAT_READ_AS_OWNER


def test_no_login_role_owns_a_table_or_bypasses_policies(admin) -> None:
    assert (
        admin("""
        select r.rolname from pg_roles r
        where r.rolname like 'enfilade\\_%' and r.rolname <> 'enfilade_admin' and r.rolcanlogin
          and (r.rolsuper or r.rolbypassrls or exists (select 1 from pg_class c where c.relowner = r.oid)
               or exists (select 1 from pg_auth_members m where m.member = r.oid))""")
        == []
    )


def test_doors_belong_to_their_own_role_and_nobody_else_opens_them(admin) -> None:
    doors = admin("""
        select p.proname, p.prosecdef, pg_get_userbyid(p.proowner),
          has_function_privilege('enfilade_public', p.oid, 'execute')
        from pg_proc p where p.pronamespace = 'door'::regnamespace""")
    assert doors
    assert {(definer, owner, public) for _, definer, owner, public in doors} == {
        (True, "enfilade_door", False)
    }
    definers = admin("""select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and n.nspname not in ('door', 'pg_catalog', 'procrastinate')""")
    assert definers == []


@pytest.mark.parametrize("role", ["enfilade_public", "enfilade_group"])
def test_the_reading_roles_have_no_privilege_on_a_base_table(admin, role: str) -> None:
    reachable = {
        name
        for (name,) in admin(
            f"""select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v') and {OUR_SCHEMAS}
              and has_schema_privilege(%s, n.oid, 'usage')
              and has_table_privilege(%s, c.oid, 'select,insert,update,delete')""",
            [role, role],
        )
    }
    allowed = {
        "enfilade_public": ("public_facts.",),
        "enfilade_group": (
            "aggregates.",
            "public_facts.maison",
            "public_facts.arrangement",
            "public_facts.store",
        ),
    }[role]
    assert reachable
    assert all(name.startswith(allowed) for name in reachable), reachable


def test_the_application_without_an_actor_sees_no_tenant_row(admin, addresses: Addresses) -> None:
    tables = [
        name
        for (
            name,
        ) in admin(f"""select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and {OUR_SCHEMAS} and c.relrowsecurity
              and has_table_privilege('enfilade_app', c.oid, 'select')""")
    ]
    assert "orders.contact" in tables
    with psycopg.connect(addresses.app) as conn:
        for table in tables:
            (seen,) = conn.execute(f"select count(*) from {table}".encode()).fetchone() or (None,)
            assert seen == 0, table
