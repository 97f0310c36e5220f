// What is drawn on the page as a file of its own: it has no style sheet, so it takes its look along. It must not know
// what is drawn.

export const SVG = "http://www.w3.org/2000/svg";

/** What a picture takes along, since it has no style sheet. */
const LOOK = ["fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "font-variant-numeric", "text-anchor"];
/** What has a meaning on the page alone. */
const OF_THE_PAGE = ["class", "role", "aria-label", "tabindex", "href"];

/** An SVG element of that name, in another one. */
export const make = (name, attributes, parent, text) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};

/** A copy that looks the same elsewhere. `each` is called with every element and its copy. */
export function dressed(svg, each = () => {}) {
  const copy = svg.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((original, n) => {
    const look = getComputedStyle(original);
    for (const property of LOOK) copies[n].setAttribute(property, look.getPropertyValue(property));
    for (const name of OF_THE_PAGE) copies[n].removeAttribute(name);
    each(original, copies[n]);
  });
  return copy;
}

/** A picture that nothing is drawn on yet, with its name and with all of it in words. */
export function framed(title, words, ground, attributes) {
  const whole = make("svg", { xmlns: SVG, ...attributes });
  make("title", {}, whole, title);
  make("desc", {}, whole, words);
  make("rect", { width: "100%", height: "100%", fill: ground }, whole);
  return whole;
}

/** Gives a picture its size. */
export function sized(whole, width, height) {
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
    whole.setAttribute(name, value);
  }
  return whole;
}

/** A picture as a file. Names may hold what no XML can. */
export function svgFile(picture) {
  const text = new XMLSerializer().serializeToString(picture).replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd");
  return new Blob([`<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`], { type: "image/svg+xml" });
}

/** Lets the browser save a file. */
export function keep(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads it after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
