"""What chemistry knows of elements and formulas, as far as captions need it."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENT_NAMES = {
    "H": "hydrogen", "He": "helium", "Li": "lithium", "Be": "beryllium", "B": "boron", "C": "carbon", "N": "nitrogen",
    "O": "oxygen", "F": "fluorine", "Ne": "neon", "Na": "sodium", "Mg": "magnesium", "Al": "aluminium", "Si": "silicon",
    "P": "phosphorus", "S": "sulfur", "Cl": "chlorine", "Ar": "argon", "K": "potassium", "Ca": "calcium",
    "Sc": "scandium", "Ti": "titanium", "V": "vanadium", "Cr": "chromium", "Mn": "manganese", "Fe": "iron",
    "Co": "cobalt", "Ni": "nickel", "Cu": "copper", "Zn": "zinc", "Ga": "gallium", "Ge": "germanium", "As": "arsenic",
    "Se": "selenium", "Br": "bromine", "Kr": "krypton", "Rb": "rubidium", "Sr": "strontium", "Y": "yttrium",
    "Zr": "zirconium", "Nb": "niobium", "Mo": "molybdenum", "Tc": "technetium", "Ru": "ruthenium", "Rh": "rhodium",
    "Pd": "palladium", "Ag": "silver", "Cd": "cadmium", "In": "indium", "Sn": "tin", "Sb": "antimony",
    "Te": "tellurium", "I": "iodine", "Xe": "xenon", "Cs": "caesium", "Ba": "barium", "La": "lanthanum",
    "Ce": "cerium", "Pr": "praseodymium", "Nd": "neodymium", "Sm": "samarium", "Eu": "europium", "Gd": "gadolinium",
    "Tb": "terbium", "Dy": "dysprosium", "Ho": "holmium", "Er": "erbium", "Tm": "thulium", "Yb": "ytterbium",
    "Lu": "lutetium", "Hf": "hafnium", "Ta": "tantalum", "W": "tungsten", "Re": "rhenium", "Os": "osmium",
    "Ir": "iridium", "Pt": "platinum", "Au": "gold", "Hg": "mercury", "Tl": "thallium", "Pb": "lead",
    "Bi": "bismuth", "Th": "thorium", "U": "uranium", "Pu": "plutonium",
}  # fmt: skip

_NONMETALS = _words("H He B C N O F Ne Si P S Cl Ar Ge As Se Br Kr Sb Te I Xe")
METALS = frozenset(ELEMENT_NAMES) - _NONMETALS

# Symbols that in captions are hardly ever anything else. "Re" is a Reynolds number, "Ta" a temperature, "Co" a company,
# "Th", "Sm" and "Os" begin names of cells and genes.
SURE_SYMBOLS = _words(
    "Na Mg Al Si Cl Ca Ti Cr Mn Fe Ni Cu Zn Ga Ge Se Br Rb Sr Zr Nb Mo Ru Rh Pd Ag Cd Sn Sb Ba Ce Gd Eu Hf Ir Pt"
    " Au Hg Pb Bi Li Yb"
)

# One-letter symbols that stand side by side in formulas; all others make a name: "PIN", "HSP".
SINGLE_LETTER_RUNS = _words(
    "OH CN NO SO PO CO HCO HSO HPO SCN NCS NCO OCN NH CH VO WO WS VS BO BN BH BF PF PS IO UO HN CF SF SN VN VC WC"
    " WB KNO KIO HNO COO COOH CHO OC OCH OCO ON PON OOH HOO HF SiCN CNH YVO YPO KVO KPO HO SH NOH NOO CHOH COC HC"
    " OCF SCH OOC OOCH OHC OHCO HOC HOCO KH KCO KSO KPF KBF CHCO KN KF"
)

# Formulas that hold one-letter symbols only. Names of genes, cells, strains and samples look like them ("H1N1",
# "C2C12", "B16F10", "P2Y12"), so it is said which ones there are.
SINGLE_LETTER_FORMULA = re.compile(
    r"""
      H2O|H2O2|D2O|H3O|H2S|HNO[23]|H[234]?(?:SO|PO|CO|BO|VO|IO|WO)[34]|H2C2O4|HCOOH|HCOO|HF2?
    | (?:V|W|Y|U)\d{0,2}O(?:\d{1,2}(?:\.\d+)?(?:-[xδ])?|x)    # VO2, V2O5, WO3, W18O49, Y2O3
    | [BPNSC]\d?O(?:[2-5]|x) | B2O3 | P[24]O\d{1,2} | N2O[345]?
    | [WV][2-6]?(?:S|C|N|B)(?:[2-6](?:-x)?|x) | [WVY][2-6][SCNBP][2-6]? | Y2O2S | YB6 | YH[23]
    | K2?(?:NO3|SO4|CO3|OH|CN|SCN|F|I|IO[34]|HCO3|HSO4|H2PO4|VO3|BH4|BF4|PF6) | K2S2O8 | K2S2O7 | K[23]HPO4 | K3PO4
    | K2O | K2WO4 | K2S | KHCO3
    | B4C | B1[23]C[23] | g?C3N[45]? | C2N | C3N4 | BC[3N] | B2H6 | BF[34] | BH[34] | P4?S\d{1,2} | P[24]S\d{1,2}
    | [SCWUVP]F[2346] | C\d{1,2}F\d{1,2} | CF[234x]
    | NH[34] | N2H4 | NH4(?:NO3|F|OH|VO3|H2PO4|HCO3|HF2) | \(NH4\)[236](?:SO4|CO3|HPO4|PO4|S2O8|WS4) | NH2OH
    | CH[23] (?:CH[23]|\(CH[23]\)\d+|CO|CN|NH[23]|OH|COO|COOH|O|CHO|CH2OH|CH2OH|SH|OCH3|CH2I|NHCH3){1,4}
    | CH3I
    | CH4 | CH[23] | C[2-9]H\d{1,2} | C\d{1,2}H\d{1,2}(?:(?:N|O|S|P|F|OH|COOH|NO|NO2)\d{0,2}){0,4}
    | COOH | CO3 | NO[23] | SO[34] | PO4 | ONOO | SCN | VOSO4 | VOPO4 | YVO4 | YPO4 | YBO3 | UO2F2 | UF6 | UO[23]
    | V[24]C3?
    """,
    re.VERBOSE,
)

# What reads like a formula and is another thing: not a number, cells, viruses, channels, proteins, an index.
MISLEADING = _words(
    "NaN HeLa CoV CoVs BiP PdI PrP PrPC PrPSc BaP CaN CaV NaV NiV LiP CaP CoI CoII InI PaC SiB CrI CuB CoC CoF"
    " HoF InC InH SnP NaP NbS AlF CaH LaC LaS CeC CoB InB SbS ThS"
)

# Formulas that are something else as often (carbon monoxide, a company, "no"): with the evidence that they need.
UNSUPPORTED_ALONE = {
    "CO": re.compile(
        r"\bCO2\b|carbon monoxide|\bCO (?:oxidation|adsorption|gas|molecules?|conversion|sensing|stripping"
        r"|ppm|tolerance|poisoning|hydrogenation|reduction|production|selectivity|concentrations?)"
        r"|ppm (?:of )?CO\b|\bCO[/+]"
    ),
    "NO": re.compile(
        r"nitric oxide|nitrogen monoxide|\bNO (?:donor|release|gas|oxidation|reduction|removal)|\bNO[2x]\b"
    ),
    "HF": re.compile(r"hydrofluoric|hydrogen fluoride|\bHF (?:etch|acid|solution|treat)|(?:%|M|in) HF\b|etched"),
    "BN": re.compile(r"boron nitride|\b[hcw]-?BN\b|BN nano|BN (?:layers?|films?|flakes?|sheets?)"),
    "WC": re.compile(r"tungsten carbide|\bWC-Co\b|cemented|hardmetal|\bWC (?:grains?|particles?|phase)"),
    "VN": re.compile(r"vanadium nitride|\bVN (?:films?|coating|nano|particles?)"),
    "VC": re.compile(r"vanadium carbide|\bVC (?:particles?|precipitates?|carbides?)"),
    "VO": re.compile(r"vanadyl|vanadium"),
    "KF": re.compile(r"potassium fluoride|\bM KF\b"),
    "KI": re.compile(r"potassium iodide|\b[mM]?M KI\b|KI solution"),
    "HI": re.compile(r"hydroiodic|hydrogen iodide"),
    "OH": re.compile(r"hydroxyl"),
    "CN": re.compile(r"cyanide|carbon nitride"),
    "PF6": re.compile(r"electrolyte"),
    "PS4": re.compile(r"thiophosphate|electrolyte"),
    "H2": re.compile(r"."),
    "KOH": re.compile(r"."),
    "KCN": re.compile(r"."),
    "InN": re.compile(r"nitride|\bGaN\b|InGaN"),
    "SiN": re.compile(r"."),
}

# What stands behind a symbol of an element, and hardly behind anything else that it could be.
SUPPORT_AFTER = re.compile(
    r"[- ](?:atoms?|ions?|cations?|dop(?:ed|ing|ants?)|NPs?\b|nano\w+|films?|thin|foils?|foams?|substituted"
    r"|rich\b|based\b|coated|modified|decorated|containing|free\b|deficient|loaded|implanted|terminated|alloys?"
    r"|substrates?|electrodes?|[KLM][- ]?(?:edges?|shell|lines?|α|β)|maps?\b|mapping|element|vacanc(?:y|ies)"
    r"|sites?\b|oxides?\b|nitrides?|clusters?|particles?|contacts?|metal\b|powders?|coatings?|catalysts?|anodes?|cathodes?|complex"
    r"|plasma|atmosphere|gas\b|flow\b|content\b|concentrations?|(?:1 ?s|[2-5] ?[spdf])(?:\d/\d)?\b)"
    r"|\((?:I{1,3}|IV|V|VI|\d{3})\)"
)
SUPPORT_BEFORE = re.compile(
    r"(?:(?:wt|at|mol)\.? ?%|doped with|elements?|(?:elemental )?maps? of|mapping of|distributions? of|metallic"
    r"|atoms? of|ions? of|content of|alloy of|pure)\s+$"
)

# Compounds that are whole without a number that stands behind them.
COMPLETE = _words(
    "ZnO NiO CuO MgO CoO FeO CaO CdS CdSe CdTe PbS PbSe ZnS ZnSe GaN AlN InN InP GaAs InAs SiC TiC TiN CuS NaCl KCl"
    " LiF LiCl NaF AgCl AgBr AgI KBr NaI CsI BaO SrO PbO BN WC"
)
