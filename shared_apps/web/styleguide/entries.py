"""What the styleguide shows: each component with what it is for and how it is used by keyboard."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One component. Its sample is `templates/styleguide/samples/<name>.html`, and is shown as it is written.

    `use`: what it is for and what not. `keys`: keys and what they do.
    """

    name: str
    title: str
    use: str
    keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """A page of them; `office`: in the manner of the office, not of a public site."""

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    office: bool = False


LIST = {"Tab": "to the next", "Enter": "opens it"}
LAYER = {"Enter, Space": "opens it", "Esc": "closes it and gives the focus back"}
ROVING = {"Tab": "into it and out of it", "← →": "walk in it"}

GROUPS = (
    Group(
        "look",
        "Type, colour, states",
        "What all pages are made of.",
        (
            Entry("type", "Type", "One sans for text and one of four faces for display; few steps, tabular figures."),
            Entry(
                "colour", "Colour", "A brand gives one or two colours; all others are derived, with contrast corrected."
            ),
            Entry(
                "states",
                "States",
                "A status in words with a drawing and a tone. All of them stand in web/states.py; "
                "{% state %} draws one for little, c-state takes a word of its own.",
            ),
            Entry(
                "categories",
                "Categories",
                "Seven colours that mean nothing but “another one”. Never a tone of a status.",
            ),
            Entry("badge", "Badge", "A property in a word. A status is a state, not a badge."),
            Entry("avatar", "Avatar", "Initials or a portrait, beside a name that is written out."),
            Entry("kbd", "Key", "A key of the keyboard, in help and beside what it does."),
        ),
    ),
    Group(
        "actions",
        "Buttons and layers",
        "What one presses, and what lies above the page then.",
        (
            Entry(
                "buttons",
                "Button",
                "One primary act on a page. What leads away is a link in the look of a button.",
                {"Enter": "presses it", "Space": "presses it, if it is no link"},
            ),
            Entry(
                "menu",
                "Menu",
                "Lesser acts. It opens without JavaScript, flips where it has no room and comes from the "
                "bottom edge of a phone.",
                LAYER | {"↓ ↑": "open it, and walk", "a letter": "goes to what begins with it"},
            ),
            Entry(
                "pick",
                "Pick",
                "One of many links, found by typing.",
                LAYER | {"a word": "narrows the list", "↓ ↑": "walk", "Enter": "opens the first"},
            ),
            Entry(
                "split",
                "Split button",
                "One act that is nearly always meant, and a menu of other ways to do the same. Not for acts that "
                "have nothing to do with each other: these are a menu.",
                LAYER | {"Tab": "from the act to its menu", "↓ ↑": "open the menu, and walk"},
            ),
            Entry("popover", "Layer", "Anything beside the button that opens it.", LAYER),
            Entry(
                "dialog",
                "Dialog",
                "A question that must be answered first. Rare: undo is kinder.",
                {"Esc": "closes it", "Tab": "stays within it"},
            ),
            Entry(
                "quick-edit",
                "Sheet",
                "A quick edit at the edge of a page, under an address of its own: a link with data-sheet "
                "to the page of the form. Without script it leads there.",
                {"Esc": "closes it", "Back": "closes it"},
            ),
            Entry(
                "tooltip",
                "Hint",
                "A few words about a button, never the only place where something is said.",
                {"Tab": "shows it", "Esc": "takes it away"},
            ),
            Entry("help", "Help", "What a word means, for who asks.", LAYER),
            Entry("copy", "Copy", "Takes a reference or a link along.", {"Enter": "copies it"}),
        ),
        office=True,
    ),
    Group(
        "fields",
        "Fields",
        "Labels above, hints below where fields share a row, errors in words at the field.",
        (
            Entry(
                "form",
                "Form",
                "As it is, and as it is refused: a summary with links, and each field says what is wrong.",
            ),
            Entry("row", "Fields in a row", "Labels, fields and hints stand on a line each."),
            Entry(
                "money-field",
                "Units",
                "A currency or a unit within the frame. Sums of money have theirs by themselves.",
            ),
            Entry(
                "segments",
                "Choices side by side",
                "Two to four short words. More, or longer ones, are a list.",
                {"← →": "choose"},
            ),
            Entry("switch", "Switch", "On or off. A yes that is agreed to is a checkbox.", {"Space": "turns it"}),
            Entry(
                "stepper",
                "Stepper",
                "A small number that is mostly one or two more.",
                {"↑ ↓": "step", "digits": "type it"},
            ),
            Entry(
                "combobox",
                "Combobox",
                "One of many by typing; what is missing can be added.",
                {"a word": "narrows", "↓ ↑": "walk", "Enter": "takes it", "Esc": "leaves it as it was"},
            ),
            Entry(
                "date",
                "Date",
                "One day, typed or picked. On a phone and without JavaScript it is the browser's own.",
                {"← → ↑ ↓": "walk by day and week", "Page Up, Page Down": "by month", "Enter": "takes it"} | LAYER,
            ),
            Entry(
                "dates",
                "Several dates",
                "Days picked on a month; what speaks against one is marked.",
                {
                    "← → ↑ ↓": "walk by day and week",
                    "Page Up, Page Down": "by month",
                    "Enter, Space": "take or leave a day",
                },
            ),
            Entry(
                "time-range",
                "From when to when",
                "Times of one day. The end keeps its distance from the beginning; how long it is stands beside them, "
                "and what can't be.",
                {"↑ ↓": "by an hour, or by five minutes", "digits": "any time"},
            ),
            Entry(
                "file", "File", "Chosen or dropped; a picture is shown before it is sent.", {"Enter, Space": "choose"}
            ),
            Entry(
                "crop",
                "Part of a picture",
                "Portraits are square, pictures of courses 16:10: whoever uploads one chooses its part. It appears "
                "when a picture is chosen; without JavaScript the middle is taken.",
                {"← → ↑ ↓": "move the frame", "Shift and an arrow": "move it far", "+ −": "make it larger or smaller"},
            ),
            Entry(
                "rich-text",
                "Text with formatting",
                "For people who know no Markdown; the site shows what is in the view.",
                {"Ctrl B, Ctrl I": "bold, italic", **ROVING},
            ),
            Entry("choose-one", "Chips to choose from", "One of a few that filter what is below.", {"← →": "choose"}),
            Entry("search", "Search", "One field. Lists of the office answer while one types.", {"/": "goes to it"}),
        ),
        office=True,
    ),
    Group(
        "lists",
        "Lists and tables",
        "Many things at once.",
        (
            Entry(
                "table",
                "List of the office",
                "Columns that shrink or go, views, choosing rows, what is done with many. See docs/recipes.md.",
                {"Space": "chooses a row", "Shift and click": "chooses a run of rows", **LIST},
            ),
            Entry(
                "small-table", "Small table", "A few rows on a page; heads of numbers stand over their numbers.", LIST
            ),
            Entry("tabs", "Tabs", "Views of the same list.", LIST),
            Entry("chips", "Chips", "Filters that are on, each with its way off.", LIST),
            Entry("pagination", "Pages", "What is shown of how much."),
            Entry("breadcrumb", "The way back", "On a phone the last step alone."),
            Entry("timeline", "Timeline", "What happened, newest first."),
            Entry("change", "Change", "What was, and what is now."),
            Entry("facts", "Facts", "Terms and what they are here."),
            Entry("page-header", "Head of a page", "Title, count, state, and the one primary act."),
        ),
        office=True,
    ),
    Group(
        "figures",
        "Figures",
        "Numbers at a glance, and the same in words.",
        (
            Entry("stats", "Stats", "A figure with what it is compared to."),
            Entry("chart", "Bars", "Drawn by the server; the same stands in a table.", {"Enter": "opens the table"}),
            Entry("line", "Line", "The same values where their course matters more than each of them."),
            Entry("spark", "Spark", "A shape beside a figure, with its words for who can't see it."),
            Entry("fill", "Fill", "How full something is."),
            Entry("progress", "Progress", "How far long work is."),
        ),
        office=True,
    ),
    Group(
        "told",
        "What is said",
        "What happened, what is wrong, what is not there yet.",
        (
            Entry("alerts", "Alert", "Stays where it is said. A tone, a drawing and a sentence."),
            Entry(
                "toast",
                "Toast",
                "Said once in a corner, with perhaps one act. Good news goes after ten seconds and not "
                "while somebody is at it; three at most, the others wait.",
                {"Tab": "keeps it there"},
            ),
            Entry("empty", "Nothing there", "What this is, and one act."),
            Entry("skeleton", "Waiting", "The shape of what comes, where it takes longer than a moment."),
        ),
    ),
    Group(
        "site",
        "Public pages",
        "In the provider's colours and voice.",
        (
            Entry("course-cards", "Course cards", "A grid; on a phone the picture stands at the side."),
            Entry("course-wide", "Course card, wide", "The picture beside the words: few courses."),
            Entry("course-compact", "Course card, compact", "A line without a picture: many courses."),
            Entry("session-rows", "Session rows", "Date, time, place, seats, price, and the way to book."),
            Entry("session-link", "Session row as a link", "The whole row leads to the session."),
            Entry("session-compact", "Session row, compact", "One line: many dates of one course."),
            Entry("session-agenda", "Session row, agenda", "A day's plan: the time stands first."),
            Entry("trainer-cards", "Trainers", "A face, and what they teach."),
            Entry("rating", "Rating", "One of 1 to 5, and the average of several."),
            Entry("where", "Where", "An address, to be found."),
            Entry("ticket", "Ticket", "The keepsake at the end of the road."),
            Entry("steps", "Steps", "How far one is on the road to a booking."),
            Entry("hold", "Hold", "How long seats are kept: a calm line, said aloud at five minutes and at one."),
            Entry("summary", "Summary", "What one is about to do, each line with its way to change it."),
        ),
    ),
)


def group_of(name: str) -> Group | None:
    """The page of this name."""
    return next((group for group in GROUPS if group.name == name), None)
