// Saves the star diagram as an SVG file.
import { dressed, framed, keep, make, sized, svgFile } from "./picture.js";

/** The space around the star. */
const EDGE = 14;
/** The space above it, for its title. */
const HEAD = 44;

/** Saves the star in the figure of a button, in the shape that is visible. */
export function save(button, title, stem) {
  const figure = button.closest("figure");
  const svg = [...figure.querySelectorAll("svg")].find((svg) => svg.checkVisibility());
  const { color, fontFamily, backgroundColor } = getComputedStyle(figure);
  const { width, height } = svg.viewBox.baseVal;
  const whole = framed(title, svg.getAttribute("aria-label"), backgroundColor, { "font-family": fontFamily, fill: color });
  make("text", { x: EDGE, y: 28, "font-size": 15, "font-weight": 600 }, whole, title);
  const star = dressed(svg);
  removeComments(star);
  for (const [name, value] of Object.entries({ x: EDGE, y: HEAD, width, height })) star.setAttribute(name, value);
  whole.append(star);
  keep(svgFile(sized(whole, width + 2 * EDGE, HEAD + height + EDGE)), `${stem}.svg`);
}

/** Removes the empty comments that mark places for Leptos. */
function removeComments(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
}
