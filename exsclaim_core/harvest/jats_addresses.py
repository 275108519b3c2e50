"""Where the files lie that JATS names without an address: pictures, PDFs and pages, by the rules of who serves them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

EUROPE_PMC = "https://europepmc.org/articles"
REST = "/webservices/rest"  # the path of Europe PMC's programming interface
_PLOS_OBJECT = re.compile(
    r"(?:info:doi/|doi:|https?://(?:dx\.)?doi\.org/)?(?:10\.1371/journal\.)?(?P<name>p[a-z]{3}\.\w+\.[a-z]\d+)"
)
_PLOS_DOI = re.compile(r"10\.1371/journal\.(?P<journal>p[a-z]{3})\.")
_PLOS_SITES = {
    "pbio": "plosbiology",
    "pmed": "plosmedicine",
    "pcbi": "ploscompbiol",
    "pgen": "plosgenetics",
    "ppat": "plospathogens",
    "pone": "plosone",
    "pntd": "plosntds",
    "pclm": "climate",
    "pcsy": "complexsystems",
    "pdig": "digitalhealth",
    "pgph": "globalpublichealth",
    "pmen": "mentalhealth",
    "pstr": "sustainabilitytransformation",
    "pwat": "water",
}
# The ending of a file's name, as opposed to that of an object's number: "pone.0012345.g001".
_ENDING = re.compile(r"\.(?P<ending>tiff?|jpe?g|png|gif|bmp|webp|jp2|eps|svgz?|pdf)$", re.I)
_WEB_PICTURES = frozenset(("jpg", "jpeg", "png", "gif", "webp"))
_PICTURES = _WEB_PICTURES | {"tif", "tiff", "bmp", "jp2"}
_VECTORS = frozenset(("eps", "svg", "svgz", "pdf"))


@dataclass(frozen=True, slots=True)
class Origin:
    """What tells where an article's files lie."""

    doi: str = ""  # in lower case
    pmcid: str = ""  # "PMC123"
    publisher_id: str = ""  # the publisher's own number of the article
    europe_pmc: str = EUROPE_PMC  # what the addresses of files there begin with


def europe_pmc_files(url: str) -> str:
    """What the addresses of files at Europe PMC begin with, when this is the address of a full text from there.

    A server other than Europe PMC's own that answers as that does has its files too.
    """
    base, path, _ = url.partition(f"{REST}/")
    return f"{base}/articles" if path and urlsplit(url).hostname != "www.ebi.ac.uk" else EUROPE_PMC


def file_ending(name: str) -> str:
    """ "tif", "jpg", … in lower case; "" where a name has no ending of a picture."""
    found = _ENDING.search(name)
    return found["ending"].lower() if found else ""


def is_picture(name: str) -> bool:
    """Whether a file's name ends as that of a picture made of pixels."""
    return file_ending(name) in _PICTURES


def image_addresses(name: str, origin: Origin) -> list[str]:
    """The addresses of a picture, the highest resolution first; the name as it is where no rule knows better."""
    name = name.strip()
    if not name or name.lower().startswith(("http://", "https://")):
        return [name] if name else []
    has_scheme = re.match(r"[a-z][a-z0-9+.-]*:", name, re.I) is not None
    if origin.pmcid and not has_scheme:
        return [f"{origin.europe_pmc}/{origin.pmcid}/bin/{quote(_web_name(name.rpartition('/')[2]))}"]
    if (journal := _PLOS_DOI.match(origin.doi)) and (found := _PLOS_OBJECT.fullmatch(_without_ending(name))):
        return _plos_addresses(journal["journal"], found["name"])
    if origin.doi.startswith("10.7554/elife.") and origin.publisher_id and not has_scheme:
        file = quote(f"{origin.publisher_id}/{name if file_ending(name) else name + '.tif'}", safe="")
        # Asked for as JPEG, in the size of the original and in that which the page shows.
        return [f"https://iiif.elifesciences.org/lax/{file}/full/{size}/0/default.jpg" for size in ("full", "1500,")]
    if name.startswith("MediaObjects/") and origin.doi:  # Springer Nature, of all its imprints
        path = f"springer-static/image/art%3A{quote(origin.doi, safe='')}/{quote(name)}"
        return [f"https://media.springernature.com/{size}/{path}" for size in ("full", "lw685")]
    return [name]


def pdf_address(name: str, origin: Origin) -> str:
    """The address of the article's PDF, which the article may name; "" where no rule knows it."""
    if name.lower().startswith(("http://", "https://")):
        return name
    if origin.pmcid:
        return f"{origin.europe_pmc}/{origin.pmcid}?pdf=render"
    if journal := _PLOS_DOI.match(origin.doi):
        return f"{_plos_site(journal['journal'])}/article/file?id={origin.doi}&type=printable"
    if origin.doi.startswith("10.7554/elife.") and origin.publisher_id and name:
        return f"https://cdn.elifesciences.org/articles/{origin.publisher_id}/{quote(name)}"
    if origin.doi.startswith(("10.1007/", "10.1186/")):  # Springer and BioMed Central
        return f"https://link.springer.com/content/pdf/{quote(origin.doi)}.pdf"
    return ""


def article_address(origin: Origin) -> str:
    """The address of the article's page; "" where nothing tells it."""
    if origin.pmcid:
        return f"{origin.europe_pmc}/{origin.pmcid}"
    return f"https://doi.org/{quote(origin.doi, safe='/:;()')}" if origin.doi else ""


def _web_name(name: str) -> str:
    """A picture's name at Europe PMC, where those that browsers cannot show are JPEGs."""
    ending = file_ending(name)
    if ending in _WEB_PICTURES:
        return name
    return f"{_without_ending(name) if ending in _PICTURES or ending in _VECTORS else name}.jpg"


def _without_ending(name: str) -> str:
    return _ENDING.sub("", name)


def _plos_site(journal: str) -> str:
    return f"https://journals.plos.org/{_PLOS_SITES.get(journal, 'plosone')}"


def _plos_addresses(journal: str, name: str) -> list[str]:
    number = f"10.1371/journal.{name}"
    if re.search(r"\.s\d+$", name):
        return [f"{_plos_site(journal)}/article/file?type=supplementary&id={number}"]
    sizes = ("original", "large", "medium")  # TIFF, PNG, PNG
    return [f"{_plos_site(journal)}/article/figure/image?size={size}&id={number}" for size in sizes]
