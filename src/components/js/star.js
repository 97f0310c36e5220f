// Saves a star as a picture of its own.
import { dressed, framed, keep, make, sized, svgFile } from "./picture.js";

/** Around the star. */
const EDGE = 14;
/** Above it, for its name. */
const HEAD = 44;

/** Saves the star that is seen beside a button, in the shape that is seen. */
export function save(button, title, stem) {
  const figure = button.closest("figure");
  const svg = [...figure.querySelectorAll("svg")].find((svg) => svg.checkVisibility());
  const { color, fontFamily, backgroundColor } = getComputedStyle(figure);
  const { width, height } = svg.viewBox.baseVal;
  const whole = framed(title, svg.getAttribute("aria-label"), backgroundColor, { "font-family": fontFamily, fill: color });
  make("text", { x: EDGE, y: 28, "font-size": 15, "font-weight": 600 }, whole, title);
  const star = dressed(svg);
  for (const [name, value] of Object.entries({ x: EDGE, y: HEAD, width, height })) star.setAttribute(name, value);
  whole.append(star);
  keep(svgFile(sized(whole, width + 2 * EDGE, HEAD + height + EDGE)), `${stem}.svg`);
}
