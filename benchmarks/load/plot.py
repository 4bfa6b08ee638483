"""Bar charts as SVG, without a library."""

from xml.sax.saxutils import escape

WIDTH, BAR, GAP, LABEL, RIGHT = 760, 22, 8, 130, 110
OURS, THEIRS = "#b5521b", "#8a94a0"


def bars(title, unit, values):
    """A chart of one figure by name; shorter is better, and the gateway's bar stands out."""
    top, most = 44, max(values.values())
    height = top + len(values) * (BAR + GAP) + 8
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
             f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
             f'<text x="10" y="24" font-size="15" fill="#222222">{escape(title)} ({escape(unit)})</text>']
    for index, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        y = top + index * (BAR + GAP)
        length = max(1, (WIDTH - LABEL - RIGHT) * value / most)
        lines += [f'<text x="{LABEL - 8}" y="{y + 16}" text-anchor="end" fill="#222222">{escape(name)}</text>',
                  f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{OURS if name.startswith("bearward") else THEIRS}"/>',
                  f'<text x="{LABEL + length + 6:.1f}" y="{y + 16}" fill="#222222">{value:,.1f}</text>']
    return "\n".join([*lines, "</svg>"]) + "\n"
