# ruff: noqa: E501 - lists of texts, one attempt after the other
"""Texts that try to become something else: SQL, script, formula."""

from itertools import product

_SQL = (
    "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "') OR ('1'='1", "1; DROP TABLE pilots", "'; DROP TABLE pilots; --",
    "' UNION SELECT name, sql FROM sqlite_master --", "' UNION ALL SELECT NULL, NULL --", "1 OR 1=1", "%", "_",
    "'||(SELECT value FROM fingerprints)||'", "' AND sleep(5) --", "'; SELECT pg_sleep(5); --", "admin'--", "\\' OR 1=1 --",
    "' OR EXISTS(SELECT * FROM batches) --", "read_csv('/etc/passwd')", "'; ATTACH '/tmp/x.db' AS x; --",
    "'; COPY (SELECT 1) TO '/tmp/meetlat-injected.csv'; --", "'; INSTALL httpfs; LOAD httpfs; --", "\"; DELETE FROM batches; --",
    "x' AND 1=(SELECT COUNT(*) FROM pilots) --", "1' ORDER BY 99 --", "1) OR (1=1", "{{7*7}}", "${7*7}", "#{7*7}", "%(x)s", "{0.__class__}",
)  # fmt: skip
_AROUND = (
    "{}", "north{}", "note_time_enc{}", " {} ", "{}/*x*/", "\N{FULLWIDTH APOSTROPHE}{}", "{}\x00", "{}\n{}", "../{}", "%27{}",
)  # fmt: skip
INJECTIONS = tuple(around.replace("{}", text) for around, text in product(_AROUND, _SQL))
"""300: thirty attempts, each in ten guises."""

HOOK = "meetlatHook()"
SCRIPTS = (
    f"<script>{HOOK}</script>", f"<img src=x onerror={HOOK}>", f"<svg onload={HOOK}>", f"<svg/onload={HOOK}>",
    f"\"><script>{HOOK}</script>", f"'><img src=x onerror={HOOK}>", f"<body onload={HOOK}>",
    f"<iframe srcdoc='<script>parent.{HOOK}</script>'>", f"<iframe src=\"javascript:parent.{HOOK}\">",
    f"<a href=\"javascript:{HOOK}\">x</a>", f"[x](javascript:{HOOK})", f"![x](x\" onerror=\"{HOOK})",
    f"<details open ontoggle={HOOK}>x</details>", f"<video><source onerror={HOOK}></video>", f"<audio src=x onerror={HOOK}>",
    f"<input autofocus onfocus={HOOK}>", f"<select autofocus onfocus={HOOK}>", f"<marquee onstart={HOOK}>x</marquee>",
    f"<math><mi//xlink:href=\"data:x,<script>{HOOK}</script>\">", f"<object data=\"javascript:{HOOK}\">", f"<embed src=\"javascript:{HOOK}\">",
    f"<form action=\"javascript:{HOOK}\"><button>x</button></form>", f"<style onload={HOOK}></style>", f"<link rel=stylesheet href=x onerror={HOOK}>",
    f"<base href=\"javascript:{HOOK}//\">", f"<meta http-equiv=refresh content=\"0;url=javascript:{HOOK}\">", f"</title><script>{HOOK}</script>",
    f"</script><script>{HOOK}</script>", f"<!--><script>{HOOK}</script>", f"<![CDATA[<script>{HOOK}</script>]]>", f"<ScRiPt>{HOOK}</sCrIpT>",
    f"<scr<script>ipt>{HOOK}</script>", f"&lt;script&gt;{HOOK}&lt;/script&gt;", f"\\u003cscript\\u003e{HOOK}\\u003c/script\\u003e",
    f"javascript:{HOOK}", f"`${{{HOOK}}}`", f"$\\href{{javascript:{HOOK}}}{{x}}$", f":red[<img src=x onerror={HOOK}>]",
    f"<a href=\"data:text/html,<script>opener.{HOOK}</script>\">x</a>", f"<table background=\"javascript:{HOOK}\"><tr><td onmouseover={HOOK}>x",
)  # fmt: skip
"""40."""

_FORMULAS = (
    "1+1", "HYPERLINK(\"http://elsewhere.example\",\"x\")", "cmd|' /C calc'!A0", "DDE(\"cmd\";\"/C calc\";\"x\")",
    "WEBSERVICE(\"http://elsewhere.example\")", "IMPORTXML(\"http://elsewhere.example\",\"//a\")", "SUM(A1:A9)", "A1", "1", "x",
)  # fmt: skip
_STARTS = ("=", "+", "-", "@", "\t=", "\N{FULLWIDTH EQUALS SIGN}")
FORMULAS = tuple(start + text for start, text in product(_STARTS, _FORMULAS))
"""60."""
