"""A technology academy in Nairobi for children, adults and companies."""

from tenant_apps.demo.courses.nairobi import COURSES
from tenant_apps.demo.shapes import (
    CategoryData,
    OrganisationData,
    PlaceData,
    ProviderData,
    SpecialDate,
    TrainerData,
)
from tenant_apps.demo.texts import nairobi as texts

TRAINERS = (
    TrainerData(
        slug="wanjiru-kamau",
        name="Wanjiru Kamau",
        email="trainer@nairobi-tech-academy.test",
        headline="Machine learning and data",
        bio=(
            "Wanjiru built credit models for a mobile bank before she found that she liked explaining them more than "
            "tuning them. She studied statistics in Nairobi and machine learning in Kigali, and organises a monthly "
            "evening for women who work with data.\n\n"
            "In her courses the first model is always a bad one, made in the first hour. Then it gets better."
        ),
        years=9,
        specialisations=("Machine learning", "Data analysis", "Python"),
        certifications=("MSc Statistics", "Google Cloud Professional Data Engineer"),
    ),
    TrainerData(
        slug="brian-otieno",
        name="Brian Otieno",
        headline="Robotics and electronics, for children and their parents",
        bio=(
            "Brian took his grandmother's radio apart at seven and put it together again at nine. He is an electrical "
            "engineer, coached two national robotics teams and has the patience of somebody who has searched for a "
            "loose wire at midnight.\n\n"
            "His Saturday group has a waiting list; book early."
        ),
        years=12,
        specialisations=("Robotics", "Microcontrollers", "Teaching children"),
        certifications=("BSc Electrical Engineering", "Certificate of Good Conduct", "Paediatric first aid"),
    ),
    TrainerData(
        slug="faith-chebet",
        name="Faith Chebet",
        headline="Cybersecurity",
        bio=(
            "Faith defended the network of a hospital group for eight years and still answers the telephone of two of "
            "its theatres. She teaches security as a habit of mind: what do I have, who wants it, and what would they "
            "try first?\n\n"
            "Her exercises are fictional; the mistakes in them are not."
        ),
        years=13,
        specialisations=("Security operations", "Incident response", "Awareness"),
        certifications=("CISSP", "OSCP"),
    ),
    TrainerData(
        slug="samuel-mwangi",
        name="Samuel Mwangi",
        headline="Web, mobile and distributed systems",
        bio=(
            "Samuel writes software for cooperatives: payments, stock, and lately ledgers that several parties can "
            "trust. He has taught at the academy since its first year and wrote most of the exercises that everybody "
            "else now uses.\n\n"
            "He prefers plain code, short functions and tea without sugar."
        ),
        years=15,
        specialisations=("Python and Django", "JavaScript", "Distributed ledgers", "Internet of things"),
        certifications=("BSc Computer Science", "AWS Solutions Architect"),
    ),
)

STUDENTS = (
    "Abdi Noor", "Achieng Odhiambo", "Agnes Mutua", "Ahmed Sheikh", "Alice Njeri", "Amina Yusuf", "Anne Wairimu",
    "Anyango Ouma", "Ben Kiptoo", "Beatrice Moraa", "Boniface Musyoka", "Caroline Atieno", "Catherine Nyambura",
    "Charles Karanja", "Christine Akinyi", "Collins Wekesa", "Cynthia Jepkosgei", "Daniel Kimani", "David Ochieng",
    "Diana Waithera", "Dennis Barasa", "Elizabeth Naliaka", "Emmanuel Kiprono", "Esther Wangari", "Eunice Kemunto",
    "Evans Omondi", "Fatuma Ali", "Felix Mutiso", "Florence Chepkemoi", "Francis Gitau", "George Onyango",
    "Grace Muthoni", "Halima Hassan", "Hellen Kwamboka", "Ian Maina", "Irene Adhiambo", "Isaac Koech", "Jackline Wanza",
    "James Njoroge", "Jane Wambui", "Joseph Kibet", "Joyce Mwikali", "Judith Awino", "Kennedy Simiyu", "Kevin Mburu",
    "Khadija Omar", "Leah Cherono", "Lilian Achieng", "Linda Nafula", "Lucy Wacera", "Mark Kariuki", "Mary Nduta",
    "Mercy Jeptoo", "Michael Owino", "Moses Lekuton", "Nancy Gathoni", "Neema Mwende", "Nicholas Rotich",
    "Anjali Patel", "Patrick Ndegwa", "Peter Kamande", "Purity Kanini", "Rahul Shah", "Rehema Salim", "Ruth Wanjala",
    "Sarah Nekesa", "Stephen Mutai", "Susan Nyokabi", "Victor Juma", "Winnie Auma",
    "Abel Kiprop", "Asha Mohamed", "Barasa Wafula", "Brenda Chelimo", "Brian Kamotho", "Carol Wangeci", "Chege Mugo",
    "Deborah Kageha", "Derrick Opiyo", "Doris Makokha", "Edna Jeruto", "Elijah Muriuki", "Eric Nyamweya", "Eva Wairimu",
    "Faith Kathambi", "Fidelis Mwanzia", "Gideon Langat", "Gloria Anyango", "Harrison Kinyua", "Hope Nasimiyu",
    "Ibrahim Jillo", "Immaculate Wayua", "Jabali Mwamburi", "Janet Chepngetich", "Jared Nyabuto", "Joan Wamaitha",
    "Josphat Mutinda", "Julius Keter", "Karen Aoko", "Kimberly Nduku", "Lawrence Thuku", "Loise Wanjeri",
    "Mariam Bakari", "Martin Odongo", "Maureen Kerubo", "Meshack Kirui", "Miriam Lagat", "Monica Adongo",
    "Naomi Mumbua", "Newton Gichuki", "Nelly Chebii", "Oliver Wanyonyi", "Paul Muchiri", "Phyllis Achola",
    "Priscilla Karimi", "Reuben Sang", "Robert Ouko", "Rose Mukami", "Said Athman", "Salome Nyaguthii",
    "Selina Naserian", "Sheila Jebet", "Solomon Munyao", "Sylvia Nekoye", "Tabitha Ngina", "Teresia Wangui",
    "Titus Musau", "Vivian Adhiambo", "Wycliffe Masinde", "Yvonne Kasyoka", "Zainab Mwinyi", "Zipporah Moraa",
)  # fmt: skip

COLLEAGUES = (
    "Alex Kuria", "Betty Achola", "Clement Ruto", "Doreen Makena", "Edwin Oloo", "Gladys Waweru", "Hussein Abdi",
    "Ivy Nyaboke", "John Kisilu", "Kelvin Tanui", "Lydia Wafula", "Martha Njambi", "Noor Said", "Oscar Otiende",
    "Pauline Gacheri", "Robert Mumo", "Sharon Jerono", "Timothy Ngugi",
)  # fmt: skip

NAIROBI = ProviderData(
    name="Nairobi Tech Academy",
    slug="nairobi-tech-academy",
    account="acct_demonairobi",
    country="KE",
    time_zone="Africa/Nairobi",
    currency="KES",
    brand={
        "primary_colour": "#1d6b4f",
        "accent_colour": "#f5b301",
        "display_font": "space",
        "course_layout": "wide",
        "motif": "robotics",
        "tagline": "Build it on Saturday, understand it by Monday",
        "introduction": texts.INTRODUCTION,
        "about": texts.ABOUT,
        "terms": texts.TERMS,
        "privacy": texts.PRIVACY,
        "contact_email": "hello@nairobi-tech-academy.test",
        "contact_phone": "+254 20 555 0142",
        "address": "3rd floor, Mwanzo House\nArgwings Kodhek Road\nKilimani, Nairobi",
    },
    settings={
        "hold_minutes": 45,
        "deposit_percent": 40,
        "balance_due_days": 7,
        "takes_bank_transfer": True,
        "vat_number": "P051234567X",
        "cancellation_policy": [{"days": 10, "percent": 100}, {"days": 3, "percent": 50}],
    },
    categories=(
        CategoryData(slug="ai", name="Artificial intelligence", motif="ai", icon="brain-circuit"),
        CategoryData(slug="robotics", name="Robotics", motif="robotics", icon="bot"),
        CategoryData(slug="data", name="Data", motif="data", icon="chart-column"),
        CategoryData(slug="iot", name="Internet of things", motif="iot", icon="radio-tower"),
        CategoryData(slug="cybersecurity", name="Cybersecurity", motif="security", icon="shield-check"),
        CategoryData(slug="blockchain", name="Blockchain", motif="chain", icon="link"),
        CategoryData(slug="development", name="Development", motif="code", icon="code"),
    ),
    audiences=(("kids", "Children and teenagers"), ("adults", "Adults"), ("corporate", "Companies")),
    trainers=TRAINERS,
    places=(
        PlaceData(
            name="Mwanzo House, Kilimani",
            address="3rd floor, Mwanzo House\nArgwings Kodhek Road\nKilimani, Nairobi",
            travel=(
                "Opposite the petrol station at the Yaya end of the road. Parking in the basement is free on Saturdays."
            ),
            directions="Give your name at the gate and take the lift to the third floor.",
            rooms=(("Computer lab", 20), ("Maker workshop", 16)),
        ),
    ),
    courses=COURSES,
    specials=(
        SpecialDate(
            kind="in_progress", course="machine-learning-foundations", offsets=None,
            notes="Projector in the lab needs the long cable. Data sets are on the shared drive, folder 4.",
        ),
        SpecialDate(kind="full", course="first-games-in-code", starts_in=7),
        SpecialDate(kind="nearly_full", course="python-from-zero", starts_in=15),
        SpecialDate(kind="gap", course="robotics-holiday-camp", starts_in=18, offsets=(0, 1, 2, 7, 8)),
        SpecialDate(kind="cancelled", course="smart-farm-iot", starts_in=26, reason="Sensors are stuck in customs"),
        SpecialDate(kind="cancelled", course="blockchain-for-business", starts_in=-24, reason="Too few bookings"),
        SpecialDate(
            kind="rescheduled", course="cyber-defence-basics", starts_in=13, reason="Power work in the building"
        ),
        SpecialDate(kind="quiet", course="ai-for-your-team", starts_in=40),
        SpecialDate(kind="tentative", course="blockchain-for-business", starts_in=33),
        SpecialDate(kind="draft", course="cyber-defence-basics", starts_in=62),
    ),
    closed=((12, 12), (12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (5, 1), (6, 1), (10, 10), (10, 20)),
    owner="Njeri Mathenge",
    office="Kelvin Odera",
    student="Mwende Kilonzo",
    students=STUDENTS,
    colleagues=COLLEAGUES,
    organisations=(
        OrganisationData(
            name="Savanna Cooperative Bank", email="learning@savannacoop.example", phone="+254 20 555 0170",
            address="Haile Selassie Avenue\nNairobi", contact="Rose Wanjohi",
        ),
        OrganisationData(
            name="Ziwa Logistics", email="hr@ziwalogistics.example", phone="+254 20 555 0188",
            address="Mombasa Road\nNairobi", contact="Tom Mboya Okello",
        ),
        OrganisationData(
            name="Tumaini Hospitals", email="it@tumainihospitals.example", phone="+254 20 555 0193",
            address="Ngong Road\nNairobi", contact="Dr Salma Abdalla",
        ),
    ),
    phone="+254 700 555 {}",
    requests=(
        "My daughter is left-handed; is there a left-handed mouse?",
        "Halal lunch, please",
        "She is shy at first and would like to sit with her cousin Neema",
        "Can I get a receipt in my company's name?",
        "I come by matatu from Ngong and may be ten minutes late",
    ),
    completion_notes=(
        "Lively group. Three asked about the next level.",
        "Power cut at two; we went on with paper.",
        "Two batteries no longer hold their charge.",
    ),
    office_notes=(
        "Bursary applicant, approved by Njeri.",
        "Guardian collects at the reception, not at the gate.",
        "Prefers to be reached on WhatsApp.",
    ),
)  # fmt: skip
