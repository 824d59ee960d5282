"""Plots as SVG, written by hand: bars, and lines over a logarithmic axis."""
import math

COLORS = ["#3366aa", "#cc6633", "#448844", "#884488", "#888833", "#555555"]
FONT = 'font-family="sans-serif" font-size="13"'


def _escape(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;")


def _document(width, height, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" {FONT}>\n'
            f'<rect width="{width}" height="{height}" fill="white"/>\n' +
            "\n".join(body) + "\n</svg>\n")


def bars(title, rows):
    """rows: (label, value, text, of ours or not, least, most)."""
    left, width, step = 130, 760, 28
    largest = max(row[5] for row in rows) * 1.02
    scale = (width - left - 110) / largest
    body = [f'<text x="10" y="22" font-weight="bold">{_escape(title)}</text>']
    for i, (label, value, text, ours, least, most) in enumerate(rows):
        y = 36 + i * step
        body.append(f'<text x="{left - 8}" y="{y + 16}" text-anchor="end">'
                    f'{_escape(label)}</text>')
        body.append(f'<rect x="{left}" y="{y + 3}" '
                    f'width="{value * scale:.1f}" height="18" '
                    f'fill="{COLORS[0] if ours else "#b0b0b0"}"/>')
        body.append(f'<line x1="{left + least * scale:.1f}" '
                    f'x2="{left + most * scale:.1f}" y1="{y + 12}" '
                    f'y2="{y + 12}" stroke="black"/>')
        body.append(f'<text x="{left + most * scale + 6:.1f}" y="{y + 16}">'
                    f'{_escape(text)}</text>')
    return _document(width, 36 + len(rows) * step + 10, body)


def lines(title, x_label, y_label, series):
    """series: {label: [(x, y), …]}; x is drawn logarithmically."""
    width, height, left, bottom, top = 760, 330, 70, 50, 40
    right = 190
    points = [point for values in series.values() for point in values]
    low = math.log10(min(x for x, _ in points))
    high = math.log10(max(x for x, _ in points))
    largest = max(y for _, y in points) * 1.15

    def place(x, y):
        across = (math.log10(x) - low) / max(high - low, 1e-9)
        return (left + across * (width - left - right),
                height - bottom - y / largest * (height - bottom - top))

    body = [f'<text x="10" y="22" font-weight="bold">{_escape(title)}</text>',
            f'<text x="{(left + width - right) / 2}" y="{height - 10}" '
            f'text-anchor="middle">{_escape(x_label)}</text>',
            f'<text x="10" y="{top - 2}">{_escape(y_label)}</text>']
    for x in sorted({x for x, _ in points}):
        at = place(x, 0)
        body.append(f'<text x="{at[0]:.1f}" y="{at[1] + 18:.1f}" '
                    f'text-anchor="middle" font-size="11">{x:,}</text>')
    for part in range(5):
        y = largest * part / 4.0 / 1.15
        at = place(10 ** low, y)
        body.append(f'<line x1="{left}" x2="{width - right}" '
                    f'y1="{at[1]:.1f}" y2="{at[1]:.1f}" stroke="#dddddd"/>')
        body.append(f'<text x="{left - 6}" y="{at[1] + 4:.1f}" '
                    f'text-anchor="end" font-size="11">{y:,.3g}</text>')
    for i, (label, values) in enumerate(series.items()):
        color = COLORS[i % len(COLORS)]
        path = " ".join("%.1f,%.1f" % place(x, y) for x, y in values)
        body.append(f'<polyline points="{path}" fill="none" '
                    f'stroke="{color}" stroke-width="2"/>')
        for x, y in values:
            at = place(x, y)
            body.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="3" '
                        f'fill="{color}"/>')
        y = top + 16 + i * 20
        body.append(f'<rect x="{width - right + 16}" y="{y - 10}" width="12" '
                    f'height="12" fill="{color}"/>')
        body.append(f'<text x="{width - right + 34}" y="{y}">'
                    f'{_escape(label)}</text>')
    return _document(width, height, body)
