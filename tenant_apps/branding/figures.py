"""Drawings for course pictures: each about 200 units wide and high, centred on the origin.

Colours are roles, filled in by `art.py`: %a the main shape, %b the second, %c the highlight, %g the ground
behind. Strokes use round caps and one of three widths, so that all figures look drawn by one hand.
"""
# ruff: noqa: E501 - paths read no better in pieces

LINE = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'

_FLAME = (
    '<path fill="%a" d="M6-102C18-62 66-42 66 22c0 44-29 76-66 76s-66-32-66-74c0-34 24-46 30-78 14 11 20 23 21 38'
    'C0-38 10-70 6-102Z"/><path fill="%c" d="M3 4c8 22 31 30 31 56 0 24-15 38-34 38s-34-15-34-37c0-17 13-21 17-39 7 5 '
    '11 11 12 18C3 31 5 17 3 4Z"/>'
)
_BURNER = (
    '<g fill="%a"><path d="M-84 52c-22-24 4-38-4-70 26 14 40 46 18 70ZM-7 52c-27-30 8-50-3-92 34 20 50 64 22 92Z'
    'M70 52c-22-24 4-38-4-70 26 14 40 46 18 70Z"/></g><g fill="%c"><circle cx="-77" cy="40" r="9"/>'
    '<circle cx="3" cy="36" r="12"/><circle cx="77" cy="40" r="9"/></g><rect x="-100" y="60" width="200" height="16" '
    'rx="8" fill="%b"/><rect x="-56" y="82" width="112" height="16" rx="8" fill="%b"/>'
)
_BOILER = (
    '<rect x="-70" y="-96" width="140" height="160" rx="14" fill="%a"/><circle cy="-34" r="36" fill="%g"/>'
    '<path fill="%c" d="M2-64c5 16 22 22 22 40 0 14-10 24-24 24s-24-10-24-23c0-12 10-15 12-27 6 4 9 8 9 14 6-8 8-17 5-28Z"/>'
    '<rect x="-42" y="24" width="84" height="10" rx="5" fill="%g"/><circle cx="-34" cy="48" r="5" fill="%g"/>'
    f'<g {LINE} stroke="%b" stroke-width="12"><path d="M-42 72v30M0 72v30M42 72v30"/></g>'
)
_BLADE = "M0-8C-8-30 6-52 30-48 36-30 20-12 8-4Z"
_FAN = (
    '<rect x="-102" y="-76" width="204" height="150" rx="14" fill="%a"/><circle cx="-26" r="60" fill="%g"/>'
    '<g transform="translate(-26)" fill="%c">'
    + "".join(f'<path d="{_BLADE}" transform="rotate({angle})"/>' for angle in (0, 72, 144, 216, 288))
    + '<circle r="11" fill="%b"/></g>'
    f'<g {LINE} stroke="%g" stroke-width="7"><path d="M56-46h26M56-24h26M56-2h26M56 20h26M56 42h26"/></g>'
    '<rect x="-84" y="78" width="40" height="14" rx="4" fill="%b"/><rect x="44" y="78" width="40" height="14" rx="4" fill="%b"/>'
)
_HOUSE = (
    '<path fill="%a" d="M-92 92V-14L0-96l92 82v106Z"/><path fill="%c" d="M-26 92V34a26 26 0 0 1 52 0v58Z"/>'
    f'<g {LINE} stroke="%b" stroke-width="9"><path d="M-108 0 0-98 108 0"/></g>'
    '<circle cy="-30" r="17" fill="%g"/><g fill="%g"><rect x="-66" y="30" width="24" height="30" rx="5"/>'
    '<rect x="42" y="30" width="24" height="30" rx="5"/></g>'
)
_LEAF = (
    '<path fill="%a" d="M-88 88C-112-30-30-96 98-96 100 34 34 116-88 88Z"/>'
    f'<path {LINE} stroke="%g" stroke-width="8" d="M-86 86 52-50M-36 36v-58M0 0v-58M-34 36h66M4 0h58"/>'
)
_DROP = (
    '<path fill="%a" d="M0-102C30-50 70-14 70 34a70 68 0 0 1-140 0c0-48 40-84 70-136Z"/>'
    f'<path {LINE} stroke="%c" stroke-width="12" d="M-42 36a42 42 0 0 0 34 40"/>'
)
_TAP = (
    f'<path {LINE} stroke="%a" stroke-width="34" d="M-96-18h96c38 0 62 18 62 54v6"/>'
    f'<path {LINE} stroke="%b" stroke-width="16" d="M-30-40v-34M-62-78h64"/>'
    '<path fill="%c" d="M62 62c8 14 16 22 16 33a16 16 0 0 1-32 0c0-11 8-19 16-33Z"/>'
)
_BOLT = '<circle r="98" fill="%b"/><path fill="%c" d="M22-94-58 16h46l-16 78L58-20H8Z"/>'
_SOCKET = (
    '<rect x="-92" y="-92" width="184" height="184" rx="26" fill="%a"/><g fill="%g"><rect x="-11" y="-58" width="22" '
    'height="46" rx="4"/><rect x="-56" y="18" width="40" height="20" rx="4"/><rect x="16" y="18" width="40" height="20" '
    'rx="4"/></g><rect x="44" y="-66" width="26" height="38" rx="6" fill="%c"/>'
)
_BULB = (
    '<path fill="%a" d="M0-100a70 70 0 0 1 42 126c-8 7-12 14-12 24h-60c0-10-4-17-12-24A70 70 0 0 1 0-100Z"/>'
    f'<path {LINE} stroke="%g" stroke-width="8" d="M-14 48V4l-16-18M14 48V4l16-18M-14 4h28"/>'
    '<rect x="-30" y="58" width="60" height="14" rx="7" fill="%b"/><rect x="-22" y="78" width="44" height="14" rx="7" fill="%b"/>'
)
_ROBOT = (
    f'<path {LINE} stroke="%b" stroke-width="10" d="M0-70v-18"/><circle cy="-96" r="12" fill="%c"/>'
    '<rect x="-84" y="-68" width="168" height="124" rx="30" fill="%a"/><rect x="-58" y="-40" width="116" height="52" rx="26" '
    'fill="%g"/><circle cx="-26" cy="-14" r="13" fill="%c"/><circle cx="26" cy="-14" r="13" fill="%c"/>'
    '<rect x="-28" y="28" width="56" height="8" rx="4" fill="%g"/><path fill="%b" d="M-60 98c0-20 16-32 36-32h48c20 0 36 12 36 32Z"/>'
    '<rect x="-104" y="-26" width="16" height="44" rx="8" fill="%b"/><rect x="88" y="-26" width="16" height="44" rx="8" fill="%b"/>'
)
_ARM = (
    f'<path {LINE} stroke="%a" stroke-width="30" d="M-46 62-58-34 38-76"/>'
    '<path fill="%b" d="M-98 98c0-26 22-40 52-40s52 14 52 40Z"/><circle cx="-46" cy="56" r="13" fill="%c"/>'
    '<circle cx="-58" cy="-34" r="13" fill="%c"/><circle cx="38" cy="-76" r="13" fill="%c"/>'
    f'<path {LINE} stroke="%b" stroke-width="12" d="M48-66 70-40M70-40l-22 18 8 22M70-40l28 8 2 24"/>'
    '<rect x="52" y="30" width="50" height="50" rx="8" fill="%c"/>'
)
_NET_NODES = [(-84, -56), (-84, 4), (-84, 64), (0, -84), (0, -28), (0, 28), (0, 84), (84, -36), (84, 36)]
_NET = (
    f'<g {LINE} stroke="%b" stroke-width="4">'
    + "".join(f'<path d="M{x} {y} {p} {q}"/>' for x, y in _NET_NODES for p, q in _NET_NODES if p - x == 84)
    + "</g>"
    + "".join(
        f'<circle cx="{x}" cy="{y}" r="{18 if x else 14}" fill="{"%c" if (x, y) in {(0, -28), (84, 36)} else "%a"}"/>'
        for x, y in _NET_NODES
    )
)
_MIND = (
    '<circle r="96" fill="%a"/><g fill="none" stroke="%g" stroke-width="7"><circle r="70"/><circle r="44"/></g>'
    '<circle r="20" fill="%c"/><g fill="%b"><circle cx="-70" r="12"/><circle cx="49" cy="-50" r="12"/><circle cx="22" cy="38" r="10"/></g>'
)
_BARS = (
    '<g fill="%a"><rect x="-98" y="14" width="38" height="84" rx="8"/><rect x="-46" y="-26" width="38" height="124" rx="8"/>'
    '<rect x="6" y="-8" width="38" height="106" rx="8"/></g><rect x="58" y="-72" width="38" height="170" rx="8" fill="%c"/>'
    f'<path {LINE} stroke="%b" stroke-width="9" d="M-80-28-27-70 25-50 78-104"/>'
)
_ROUND_CHART = (
    '<circle r="94" fill="%b"/><path fill="%a" d="M0 0V-94A94 94 0 0 1 66 67Z"/><path fill="%c" d="M0 0 66 67A94 94 0 0 1-40 85Z"/>'
    '<circle r="40" fill="%g"/>'
)
_BRACKETS = (
    f'<g {LINE} stroke-width="26"><path stroke="%a" d="M-46-62-102 0l56 62M46-62 102 0 46 62"/>'
    '<path stroke="%c" d="M18-82-18 82"/></g>'
)
_WINDOW = (
    '<rect x="-104" y="-80" width="208" height="160" rx="14" fill="%a"/><path fill="%b" d="M-104-44v-22a14 14 0 0 1 14-14H90a14 14 '
    '0 0 1 14 14v22Z"/><g fill="%c"><circle cx="-84" cy="-62" r="6"/><circle cx="-64" cy="-62" r="6"/></g>'
    f'<g {LINE} stroke-width="11"><path stroke="%g" d="M-78-16h52M-50 12h74M-50 40h40"/><path stroke="%c" d="M0-16h58M16 40h30"/></g>'
)
_SHIELD = (
    '<path fill="%a" d="M0-102c28 18 58 26 88 28 2 78-20 142-88 178-68-36-90-100-88-178 30-2 60-10 88-28Z"/>'
    '<path fill="%b" d="M0-102c28 18 58 26 88 28 2 78-20 142-88 178Z"/><circle cy="-14" r="24" fill="%c"/>'
    '<path fill="%c" d="M-12-4h24l9 54h-42Z"/>'
)
_LOCK = (
    f'<path {LINE} stroke="%b" stroke-width="22" d="M-46-10v-34a46 46 0 0 1 92 0v34"/>'
    '<rect x="-84" y="-14" width="168" height="116" rx="20" fill="%a"/><circle cy="32" r="18" fill="%c"/>'
    '<rect x="-7" y="40" width="14" height="36" rx="7" fill="%c"/>'
)
_CHAIN = (
    f'<g fill="none" stroke-width="20" stroke="%a"><rect x="-104" y="-38" width="96" height="76" rx="38"/></g>'
    '<g fill="none" stroke-width="20" stroke="%b"><rect x="8" y="-38" width="96" height="76" rx="38"/></g>'
    f'<path {LINE} stroke="%c" stroke-width="20" d="M-44 0h88"/>'
)
_SENSOR = (
    '<circle cy="40" r="26" fill="%c"/>'
    f'<g {LINE} stroke-width="18"><path stroke="%a" d="M-52-2a74 74 0 0 1 104 0"/><path stroke="%b" d="M-88-42a126 126 0 0 1 176 0"/></g>'
    '<rect x="-9" y="58" width="18" height="42" rx="9" fill="%a"/>'
)
_ROAD = (
    '<path fill="%a" d="M-22-100h44L104 100h-208Z"/><g fill="%c"><path d="M-4-96h8l2 26H-6ZM-7-52H7l3 36h-20ZM-11 6h22l5 '
    '40h-32ZM-17 66h34l5 34h-44Z"/></g>'
)
_WHEEL = (
    '<circle r="84" fill="none" stroke="%a" stroke-width="26"/>'
    f'<path {LINE} stroke="%b" stroke-width="22" d="M-74-6h148M0 6v72"/><circle r="30" fill="%c"/>'
)
_LPLATE = (
    '<rect x="-88" y="-88" width="176" height="176" rx="16" fill="%a"/><path fill="%c" d="M-34-58h32v82h50v32h-82Z"/>'
)
_SIGN = (
    '<path stroke-linejoin="round" fill="%g" stroke="%a" stroke-width="24" d="M0-84 94 78H-94Z"/>'
    f'<path {LINE} stroke="%c" stroke-width="18" d="M0-22v44"/><circle cy="52" r="11" fill="%c"/>'
)
_CROSS = '<rect x="-96" y="-96" width="192" height="192" rx="44" fill="%a"/><path fill="%c" d="M-22-64h44v42h42v44H22v42h-44V22h-42v-44h42Z"/>'
_HEART = (
    '<path fill="%a" d="M0 94C-70 48-104 8-104-34a54 54 0 0 1 104-22 54 54 0 0 1 104 22C104 8 70 48 0 94Z"/>'
    f'<path {LINE} stroke="%c" stroke-width="12" d="M-104 4h62l16-40 28 74 22-50 12 16h68"/>'
)
_PLASTER = (
    '<g transform="rotate(-38)"><rect x="-106" y="-36" width="212" height="72" rx="36" fill="%a"/><rect x="-36" y="-36" width="72" '
    'height="72" fill="%b"/><g fill="%c"><circle cx="-14" cy="-14" r="6"/><circle cx="14" cy="-14" r="6"/><circle cx="-14" cy="14" '
    'r="6"/><circle cx="14" cy="14" r="6"/></g></g>'
)
_BLOCKS = (
    '<rect x="-100" y="10" width="88" height="88" rx="10" fill="%a"/><circle cx="50" cy="54" r="44" fill="%b"/>'
    '<path fill="%c" d="M-8-96 44 2H-60Z"/>'
)
_ROCKET = (
    '<path fill="%a" d="M0-104c38 30 52 72 40 132h-80C-52-32-38-74 0-104Z"/><circle cy="-30" r="21" fill="%g"/><circle cy="-30" r="11" '
    'fill="%c"/><path fill="%b" d="M-42-2-74 40v36l36-30ZM42-2l32 42v36L38 46Z"/><path fill="%c" d="M-22 44h44L0 104Z"/>'
)
_BOOK = (
    '<path fill="%a" d="M-4 88C-34 66-66 60-100 66V-62c34-6 66 0 96 22Z"/><path fill="%b" d="M4 88c30-22 62-28 96-22V-62c-34-6-66 '
    '0-96 22Z"/><path fill="%c" d="M52-66h28v72L66-8 52 6Z"/>'
)
_CAP = (
    '<path fill="%b" d="M-60-6v50c34 34 86 34 120 0V-6L0 22Z"/><path fill="%a" d="M-108-28 0-80l108 52L0 26Z"/>'
    f'<path {LINE} stroke="%c" stroke-width="9" d="M84-38v74"/><circle cx="84" cy="48" r="14" fill="%c"/>'
)
_STEPS = (
    '<path fill="%a" d="M-104 98V46h52V0h52v-46h52v-46h52V98Z"/>'
    f'<path {LINE} stroke="%c" stroke-width="12" d="M-98-2-8-82M-8-82h-34M-8-82v34"/>'
)
_TALK = (
    '<path fill="%a" d="M-104-84h132a16 16 0 0 1 16 16v66a16 16 0 0 1-16 16h-76l-36 34V14h-20Z"/>'
    '<path fill="%b" d="M104-26H62v34a22 22 0 0 1-22 22H-14v16a16 16 0 0 0 16 16h52l36 34V62h14Z"/>'
    '<g fill="%c"><circle cx="-62" cy="-34" r="9"/><circle cx="-30" cy="-34" r="9"/><circle cx="2" cy="-34" r="9"/></g>'
)

FIGURES: dict[str, list[str]] = {
    "flame": [_FLAME, _BURNER, _BOILER],
    "air": [_FAN, _HOUSE, _LEAF],
    "water": [_DROP, _TAP],
    "electrical": [_BOLT, _SOCKET, _BULB],
    "robotics": [_ROBOT, _ARM],
    "ai": [_NET, _MIND],
    "data": [_BARS, _ROUND_CHART],
    "iot": [_SENSOR, _HOUSE],
    "code": [_BRACKETS, _WINDOW],
    "security": [_SHIELD, _LOCK],
    "chain": [_CHAIN],
    "road": [_ROAD, _WHEEL, _LPLATE],
    "theory": [_SIGN, _LPLATE, _BOOK],
    "firstaid": [_CROSS, _HEART, _PLASTER],
    "kids": [_BLOCKS, _ROCKET],
    "business": [_TALK, _STEPS],
    "generic": [_BOOK, _CAP, _STEPS],
}

# Words in a category or title that tell which figures suit it; the first that occurs wins.
WORDS: list[tuple[str, tuple[str, ...]]] = [
    ("firstaid", ("first aid", "first-aid", "cpr", "resuscitation", "defibrillator")),
    ("theory", ("theory", "highway code", "hazard")),
    ("security", ("cyber", "security", "ethical hacking", "privacy", "gdpr")),
    ("chain", ("blockchain", "web3", "crypto")),
    ("robotics", ("robot", "drone")),
    ("iot", ("iot", "internet of things", "sensor", "smart home", "arduino")),
    ("ai", ("artificial", "machine learning", "ai", "prompt", "neural", "deep learning")),
    ("data", ("data", "analytics", "excel", "power bi", "sql", "statistic")),
    ("kids", ("kids", "junior", "children", "scratch", "teen")),
    ("code", ("code", "coding", "python", "web", "develop", "program", "software", "app", "javascript")),
    ("air", ("heat pump", "air source", "ventilation", "renewable", "solar", "low carbon", "refrigerant", "f-gas")),
    ("water", ("water", "unvented", "plumb", "legionella", "underfloor")),
    ("electrical", ("electric", "wiring", "18th", "ev charg", "inspection and testing", "pat test")),
    ("flame", ("gas", "boiler", "combustion", "lpg", "acs", "flue")),
    ("road", ("driv", "road", "motorway", "pass plus", "car", "vehicle")),
    ("business", ("business", "manage", "leader", "customer", "corporate", "communication", "project")),
]
