"""Visits of agencies and people."""

from tests.routes.objects import Visit, code, person, posting, role

VISITS: dict[tuple[str, int], Visit] = {
    ("agencies:tree", 0): Visit("phuong"),
    ("agencies:agency", 1): Visit("quan", code),
    ("agencies:add_person", 1): Visit("quan", code),
    ("agencies:person", 1): Visit("quan", person),
    ("agencies:give_login", 1): Visit("quan", person),
    ("agencies:add_posting", 1): Visit("quan", person),
    ("agencies:grant_role", 1): Visit("quan", person),
    ("agencies:end_posting", 1): Visit("quan", posting),
    ("agencies:move_posting", 1): Visit("quan", posting),
    ("agencies:end_role", 1): Visit("quan", lambda: (role().pk,)),
}
