"""What axe-core says of a page as it stands in the browser."""

from importlib.resources import files

# All that is held to: WCAG 2.2 at levels A and AA, and what axe's authors advise beyond it.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What may be otherwise in the dark.
COLOUR_RULES = ("color-contrast", "link-in-text-block")

RUN = """
async ({tags, rules}) => {
    for (const animation of document.getAnimations()) animation.finish();
    const runOnly = rules.length ? {type: "rule", values: rules} : {type: "tag", values: tags};
    const {violations} = await axe.run(document, {runOnly, resultTypes: ["violations"]});
    return violations.flatMap(({id, help, nodes}) =>
        nodes.map(({target, failureSummary}) => `${id}: ${help}: ${target.join(" ")} (${failureSummary})`));
}
"""


def find_barriers(page, *, rules: tuple[str, ...] = ()) -> list[str]:
    """Return what keeps somebody out: one line for each element and rule; all rules unless some are named."""
    for frame in page.frames:
        if not frame.evaluate("'axe' in window"):
            frame.evaluate(SOURCE)
    return page.evaluate(RUN, {"tags": list(RULES), "rules": list(rules)})


# Evaluated through the browser's own protocol, so the policy of the page stays as strict as it is.
SOURCE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8") + "; 0"
