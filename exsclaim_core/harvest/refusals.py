"""Responses that publishers give instead of an article: challenges, limits of the rate, paywalls."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree, html
from web_poet import HttpResponse

from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.records import PageKind

Refusal = tuple[PageKind, str]

# What refuses an article is short; a longer text is one, whatever scripts it loads.
_LONGEST_REFUSAL = 4000  # characters of visible text
_LONGEST_PUZZLE = 1500  # of a page that is about nothing else
_LONGEST_WALL = 600  # of a page that only says that something is for sale
_READ = 400_000  # bytes of a body that are looked at

_ARTICLE_META = re.compile(
    rb"<meta\b[^>]{0,200}?\bname\s*=\s*[\"']?(?:citation_(?:title|doi|author|journal_title)"
    rb"|dc\.(?:title|identifier|creator)|prism\.doi|bepress_citation)",
    re.I,
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html)\b", re.I)
_PART_OF_A_PAGE = re.compile(rb"<(?:head|title|body|script|meta|div|h1)\b", re.I)


class _Sign(NamedTuple):
    """What a refusal of one kind is known by."""

    source: re.Pattern[str]  # in the page's source
    reason: str
    kind: PageKind = "blocked"
    # Whether the source alone tells; else the page's own words have to say so too.
    alone: bool = True


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.I)


# Scripts of the same guards run on ordinary pages as well: a sign is what only their refusals have.
_SIGNS = (
    _Sign(
        _pattern(r"error code:?\s*1015\b", r"<title>[^<]*\brate[ -]limited", r"you are being rate limited"),
        "Cloudflare: too many requests",
        "rate limited",
    ),
    _Sign(
        _pattern(
            *(r"\b_cf_chl_opt\b", r"name=[\"']?jschl_vc", r"\bcf-browser-verification\b", r"\bcf-captcha-container\b"),
            *(r"id=[\"']?challenge-(?:form|error-title|running|stage)", r"challenge-platform/h/\w+/orchestrate"),
            *(r"<title>\s*just a moment\b", r"<title>\s*attention required!"),
        ),
        "Cloudflare asks for a check of the browser",
    ),
    _Sign(
        _pattern(r"id=[\"']?cf-error-details", r"error code:?\s*10(?:0[69]|1[02]|20)\b", r"cdn-cgi/styles/cf\.errors"),
        "Cloudflare denies access",
    ),
    _Sign(
        _pattern(
            r"errors\.edgesuite\.net",
            r"<h1>\s*access denied\s*</h1>[\s\S]{0,2000}?reference(?:\s|&#32;|&nbsp;)*(?:#|&#35;)",
        ),
        "Akamai denies access",
    ),
    _Sign(_pattern(r"sec-if-cpt-container", r"\bbm-verify\b", r"/_sec/cp_challenge"), "Akamai asks for a check"),
    _Sign(
        _pattern(r"id=[\"']?px-captcha", r"\bpx-captcha\b", r"<title>\s*access to this page has been denied"),
        "PerimeterX asks for proof of a person",
    ),
    _Sign(
        _pattern(r"captcha-delivery\.com", r"\bvar dd\s*=\s*\{\s*[\"']?rt\b"),
        "DataDome asks for proof of a person",
    ),
    _Sign(
        _pattern(
            *(r"incapsula incident id", r"_Incapsula_Resource\?(?:SWUDNSAI|CWUDNSAI)", r"pardon our interruption"),
            *(r"distil_r_(?:captcha|blocked)", r"id=[\"']?distilIdentificationBlock", r"imperva.{0,40}error 15\b"),
        ),
        "Imperva blocks the request",
    ),
    _Sign(
        _pattern(r"_Incapsula_Resource\?"),
        "Imperva asks for a check of the browser",
        alone=False,
    ),
    _Sign(
        _pattern(r"validate\.perfdrive\.com", r"<title>\s*(?:radware|shieldsquare)", r"radware bot manager captcha"),
        "Radware asks for proof of a person",
    ),
    _Sign(
        _pattern(r"awsWafCookieDomainList", r"window\.gokuProps", r"AwsWafIntegration\.(?:saveReferrer|checkForce)"),
        "Amazon's firewall asks for a check of the browser",
    ),
    _Sign(_pattern(r"there was a problem providing the content you requested"), "the publisher takes this for a robot"),
    _Sign(_pattern(r"sucuri_cloudproxy_js", r"sucuri website firewall"), "Sucuri's firewall blocks the request"),
    _Sign(
        _pattern(r"id=[\"']?anubis_challenge", r"<title>\s*making sure you(?:'|’|&#39;)re not a bot"),
        "Anubis asks for work of the browser",
    ),
    _Sign(_pattern(r"/\.well-known/sgcaptcha", r"<title>\s*ddos-guard", r"\bKPSDK\b"), "a guard asks for a check"),
    _Sign(
        _pattern(r"unusual (?:traffic|activity)", r"automated (?:access|requests|queries|traffic)"),
        "unusual traffic is said to come from here",
        alone=False,
    ),
    _Sign(
        _pattern(
            *(r"\bg-recaptcha\b", r"\bh-captcha\b", r"\bcf-turnstile\b", r"\bhcaptcha\.com", r"\bgeetest\b"),
            *(r"recaptcha/(?:api|enterprise)", r"arkoselabs|funcaptcha", r"\bcaptcha\b"),
        ),
        "a puzzle asks for proof of a person",
        alone=False,
    ),
    _Sign(
        _pattern(r"enable (?:javascript|js)", r"<noscript", r"http-equiv=[\"']?refresh", r"<script"),
        "a script checks the browser before the page",
        alone=False,
    ),
)
# What the pages of guards say to people.
_SUSPICION = _pattern(
    r"\b(?:not a|are a|are you a|be a|is a|you a) (?:human|robot|bot|real person)\b",
    r"(?:are|being) human\b",
    r"checking (?:if the site|your browser)",
    r"verif(?:y|ying) your (?:browser|identity|connection)",
    r"security (?:check|verification)",
    r"unusual (?:traffic|activity)",
    r"automated (?:access|requests|queries|traffic)",
    r"(?:complete|solve|enter|pass) the (?:captcha|puzzle|challenge|text)",
    r"(?:enable|requires?) (?:javascript|js) and (?:cookies|disable)",
    r"(?:cookies|javascript) to (?:continue|proceed)",
    r"request (?:has been )?(?:unsuccessful|blocked)",
    r"press (?:&|and) hold",
    r"access (?:is |has been |to this page has been )?(?:temporarily )?(?:denied|blocked|suspended)",
    r"characters (?:you see|seen|shown) (?:in|below)",
    r"please wait while (?:we|your)",
)
_LOGIN_TITLE = _pattern(
    r"^\W*(?:(?:institutional|member|user|account|shibboleth|please) )*(?:log|sign)[ -]?(?:in|on)\b",
    r"^\W*(?:authentication|single sign)\b",
    r"^\W*(?:find|choose|select) your institution|^\W*access through your institution",
    r"[|:–-]\s*(?:log|sign)[ -]?in\W*$",
)
_WALL_TITLE = _pattern(
    r"^\W*(?:purchase|buy|get access|access options|access denied|no access|shopping cart|pay[- ]per)",
    r"^\W*(?:subscription|payment) required",
)
_WALL = _pattern(
    r"(?:purchase|buy|rent|subscribe to) (?:(?:this|the|full|instant|temporary|online) )*"
    r"(?:article|access|chapter|content|journal|pdf)",
    r"get (?:full |instant )?access to (?:this|the)",
    r"access options|access through your institution|institutional (?:access|login|sign[- ]in)",
    r"(?:log|sign) ?in (?:to|for|with|via|through) ",
    r"you do(?: not|n(?:'|’)t) (?:currently )?have (?:access|permission)",
    r"(?:subscription|payment|login|sign[- ]in|authentication) (?:is )?required",
    r"pay[- ]per[- ](?:view|article)|not (?:authori[sz]ed|entitled) to",
)


def refusal(response: HttpResponse) -> Refusal | None:
    """What kind of refusal a response is, and in words why; None for anything else.

    A saved page has neither status nor headers: then its content alone tells.
    """
    status, body = response.status, bytes(response.body)[:_READ]
    if status == 429:
        return "rate limited", "status 429: too many requests"
    guard = response.headers.get("cf-mitigated") or response.headers.get("x-amzn-waf-action")
    if guard:
        return "blocked", f"a guard answers with: {guard}"
    found = _told_by_page(body)
    if found is None or found[0] == "closed":
        told = _told_by_status(response, found)
        return told or found
    return found[0], found[1] + (f" (status {status})" if status and status != 200 else "")


def _told_by_status(response: HttpResponse, found: Refusal | None) -> Refusal | None:
    status = response.status
    if status == 503 and response.headers.get("Retry-After"):
        return "rate limited", f"status 503: to be tried again after {response.headers['Retry-After']}"
    if status in (401, 402, 407):
        return "closed", f"status {status}: access needs {'payment' if status == 402 else 'a login'}"
    if status == 403:
        return found or ("blocked", "status 403: forbidden")
    if status == 451:
        return "blocked", "status 451: withheld for legal reasons"
    return None


def _told_by_page(body: bytes) -> Refusal | None:
    if not body.strip() or b"\0" in body[:1024] or _ARTICLE_META.search(body):
        return None
    source = body.decode("utf-8", errors="replace")
    start = body[:4000].lstrip()
    if not _PAGE.search(start) and (start.startswith(b"<?xml") or not _PART_OF_A_PAGE.search(start)):
        # A bare message of a guard, as in JSON; longer ones are data.
        bare = len(source) <= _LONGEST_WALL and not start.startswith(b"<")
        return _by_sign(source, "") if bare else None
    title, words = _title_and_words(body)
    if len(words) > _LONGEST_REFUSAL:
        return None
    if _LOGIN_TITLE.search(title) and _has_login(source):
        return "closed", "a page to log in"
    if found := _by_sign(source, f"{title} {words}"):
        return found
    if _WALL_TITLE.search(title) and _WALL.search(words):
        return "closed", "access is for sale"
    if len(words) <= _LONGEST_WALL and (_has_login(source) or re.search(r"purchase|buy|subscri", words, re.I)):
        return ("closed", "access needs a login or a purchase") if _WALL.search(words) else None
    return None


def _by_sign(source: str, words: str) -> Refusal | None:
    """The first sign in a short page; where that is a common script, the page has to be about nothing else."""
    for sign in _SIGNS:
        if not sign.source.search(source):
            continue
        if sign.alone or (len(words) <= _LONGEST_PUZZLE and _SUSPICION.search(words)):
            return sign.kind, sign.reason
    return None


def _has_login(source: str) -> bool:
    return re.search(r"type=[\"']?password|shibboleth|openathens|wayf\b|saml", source, re.I) is not None


def _title_and_words(body: bytes) -> tuple[str, str]:
    """The title, and the text that a reader sees; guards speak inside noscript as well."""
    try:
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return "", ""
    title = root.find(".//title")
    shown = root.find("body")
    words = "" if shown is None else plain_text(shown)
    spoken = " ".join(" ".join(each.itertext()) for each in root.iter("noscript"))
    return "" if title is None else " ".join((title.text or "").split()), f"{words} {spoken}".strip()
