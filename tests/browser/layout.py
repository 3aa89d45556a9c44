"""What the layout of a page tells of who sees little of it: words cut off, controls without an edge, pale print."""

# What is heard and not seen, on purpose; a link of the review is a sign, with its words beside it for who hears.
UNSEEN = ".unseen, .skip, .hp, .is-for-phones, .review-link, option"

# Elements that reach out of the window, and words that their box cuts off; what is cut to a number of lines says so by
# an ellipsis, and leads to the whole.
CUT_OFF = """
(unseen) => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX);
    const isInScroller = (element) => {
        let up = element.parentElement;
        while (up && !scrolls(up)) up = up.parentElement;
        return up !== null;
    };
    const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
    const found = [];
    for (const element of document.body.querySelectorAll("*")) {
        if (element.closest(unseen) || !element.checkVisibility({visibilityProperty: true})) continue;
        const style = getComputedStyle(element), box = element.getBoundingClientRect();
        const isOut = box.width && (box.right > width + 1 || box.left < -1) && !isInScroller(element);
        const isPicture = element.matches("img, iframe, svg");
        const isCut = !isPicture && style.webkitLineClamp === "none"
            && ((cuts(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
                || (cuts(style.overflowY) && element.scrollHeight > element.clientHeight + 2)
                || (element.matches("button, select") && element.scrollWidth > element.clientWidth + 2));
        const words = element.textContent.trim().slice(0, 40);
        if (isOut || isCut) found.push(`${element.localName}.${element.className} ${words}`);
    }
    return found;
}
"""

# Fields and buttons whose edge was a colour of their ground, which forced colours take away.
EDGELESS = """
() => [...document.querySelectorAll(
    ".button, button, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio], [tabindex='-1'])"
)].filter((element) => {
    const style = getComputedStyle(element);
    return element.checkVisibility({visibilityProperty: true})
        && (style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1)
        && style.textDecorationLine !== "underline";
}).map((element) => element.outerHTML.slice(0, 120))
"""

# Fields whose edge can hardly be told from what they stand on: less than 3:1 (WCAG 1.4.11).
FAINT = """
() => {
    const channel = (value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    const light = (colour) => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number).map(channel);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
    };
    const ground = (element) => {
        let up = element;
        while (up && /, 0\\)$|^transparent$/.test(getComputedStyle(up).backgroundColor)) up = up.parentElement;
        return up ? getComputedStyle(up).backgroundColor : "rgb(255, 255, 255)";
    };
    const fields = "select, textarea, input:not([type=hidden], [type=checkbox], [tabindex='-1'])";
    return [...document.querySelectorAll(fields)]
        .filter((field) => field.checkVisibility({visibilityProperty: true}))
        .filter((field) => {
            const [edge, around] = [light(getComputedStyle(field).borderTopColor), light(ground(field.parentElement))];
            return Math.max(edge, around) / Math.min(edge, around) < 3;
        })
        .map((field) => field.outerHTML.slice(0, 120));
}
"""

# Words that are nearly white: paper has no ground behind them.
PALE = """
() => {
    const found = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || !element.checkVisibility({visibilityProperty: true})) continue;
        const [red, green, blue] = getComputedStyle(element).color.match(/[\\d.]+/g).map(Number);
        if (0.2126 * red + 0.7152 * green + 0.0722 * blue > 140) found.add(`${element.localName}.${element.className}`);
    }
    return [...found];
}
"""

# What a navigation is good for on a screen, and what is pressed.
NOT_FOR_PAPER = """
() => [...document.querySelectorAll("nav, button, .skip, .to-top, .site-foot, .offer")]
    .filter((element) => element.checkVisibility()).map((element) => element.className || element.localName)
"""

# How much moved by itself while the page was loading: https://web.dev/articles/cls
SHIFT = """
() => new Promise((tell) => {
    let shift = 0;
    const observer = new PerformanceObserver((list) => list.getEntries().forEach((entry) => (shift += entry.value)));
    observer.observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => tell(shift)));
})
"""

# What readers may set themselves (WCAG 2.2, 1.4.12).
SPACING = """
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
    p { margin-block-end: 2em !important; }
"""
SET_SPACING = """
(rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = rules ? [sheet] : [];
}
"""


def find_cut_off(page) -> list[str]:
    return page.evaluate(CUT_OFF, UNSEEN)


def set_spacing(page, rules: str = SPACING) -> None:
    """Space the letters, words and lines of a page as its reader wants them."""
    page.evaluate(SET_SPACING, rules)
