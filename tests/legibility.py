"""Whether figures can be read: where their words are, how large, and on what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Everything about a figure that only a browser knows: where its words are, and their colours.
LOOK = """
const canvas = document.createElement("canvas");
canvas.width = canvas.height = 1;
const pen = canvas.getContext("2d", {willReadFrequently: true});
const rgb = (colour) => {                     // any CSS colour as red, green, blue, alpha
  pen.clearRect(0, 0, 1, 1); pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data];
};
const paper = (element) => {                  // the first background that is not transparent
  for (let e = element; e; e = e.parentElement) {
    const colour = rgb(getComputedStyle(e).backgroundColor);
    if (colour[3] > 250) return colour;
  }
  return [255, 255, 255, 255];
};
const underneath = (text, svg) => {           // its halo, or the shape under its centre
  const own = getComputedStyle(text);
  if (own.paintOrder.startsWith("stroke") && own.stroke !== "none") return rgb(own.stroke);
  const box = text.getBoundingClientRect();
  const point = svg.createSVGPoint();
  let found = paper(svg);
  for (const shape of svg.querySelectorAll("path, rect, circle")) {
    if (!(shape.compareDocumentPosition(text) & 4) || shape.closest("defs")) continue;
    const style = getComputedStyle(shape);
    const matrix = shape.getScreenCTM();
    if (style.fill === "none" || !matrix || style.fillOpacity < 0.9) continue;
    point.x = box.x + box.width / 2; point.y = box.y + box.height / 2;
    if (shape.isPointInFill(point.matrixTransform(matrix.inverse()))) found = rgb(style.fill);
  }
  return found;
};
return [...document.querySelectorAll(".drawing > svg")].map((svg) => {
  const frame = svg.getBoundingClientRect();
  const edges = (box) => [
    box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top,
  ];
  const scale = frame.width / svg.viewBox.baseVal.width;
  return {
    title: svg.getAttribute("aria-label"),
    size: [frame.width, frame.height],
    texts: [...svg.querySelectorAll("text")].filter((t) => t.textContent.trim()).map((t) => ({
      words: t.textContent, box: edges(t.getBoundingClientRect()),
      turned: Math.abs(t.getScreenCTM().b) > 1e-6,
      pixels: parseFloat(getComputedStyle(t).fontSize) * scale,
      ink: rgb(getComputedStyle(t).fill), paper: underneath(t, svg),
    })),
  };
});
"""


def luminance(colour: list[float]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG defines it."""
    parts = [value / 255 for value in colour[:3]]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def letters(text: dict[str, Any]) -> list[float]:
    """Return the box of the letters: that of the line without a fifth above and below."""
    left, top, right, bottom = text["box"]
    if text["turned"]:
        fifth = (right - left) / 5
        return [left + fifth, top, right - fifth, bottom]
    fifth = (bottom - top) / 5
    return [left, top + fifth, right, bottom - fifth]


def overlap(one: list[float], other: list[float], slack: float = 1.0) -> bool:
    """Say whether two boxes share more than ``slack`` pixels both ways."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > slack and high > slack


def figure_faults(figure: dict[str, Any]) -> Iterator[str]:
    """Say what a reader could not read in a figure."""
    width, height = figure["size"]
    texts = figure["texts"]
    for text in texts:
        left, top, right, bottom = letters(text)
        if left < -1 or right > width + 1 or top < -1 or bottom > height + 1:
            yield f"{text['words']!r} is cut off"
        ratio = contrast(text["ink"], text["paper"])
        if ratio < 4.5:
            yield f"{text['words']!r} has contrast {ratio:.2f}"
        if text["pixels"] < 7:
            yield f"{text['words']!r} is {text['pixels']:.1f} pixels high"
    for number, one in enumerate(texts):
        for other in texts[number + 1 :]:
            if overlap(letters(one), letters(other)):
                yield f"{one['words']!r} and {other['words']!r} overlap"
