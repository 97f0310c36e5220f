// A chart as a file: SVG or PNG, with its name, its legend and every value in words. It must not know how the chart is
// drawn.
import { measure } from "./chart-letters.js";
import { dressed, framed, make, sized, svgFile } from "./picture.js";

/** A picture as a file of `image/svg+xml` or `image/png`. */
export function file(picture, type) {
  const svg = svgFile(picture);
  return type === svg.type ? svg : pixels(svg, picture.width.baseVal.value, picture.height.baseVal.value);
}

/** A picture in two pixels for each of its units. */
async function pixels(svg, width, height) {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image(width, height);
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * width, 2 * height];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!blob) throw new Error("the browser makes no picture of it");
    return blob;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The chart as a file of its own: with its name, its legend, its colours, and every value in words. */
export function picture(svg, title, { series, points }) {
  const EDGE = 14;
  const { width, height } = svg.viewBox.baseVal;
  const copy = dressed(svg, (original, copied) => {
    if (typeof original.__data__ === "number" && /^(rect|circle)$/.test(original.localName)) {
      const { name, text } = points[original.__data__];
      make("title", {}, copied, `${name}: ${text}`);
    }
  });
  const { color, fontFamily } = getComputedStyle(svg);
  const ground = getComputedStyle(svg.closest(".chart")).getPropertyValue("background-color");

  const words = points.map(({ name, text }) => `${name}: ${text}`).join("\n");
  const whole = framed(title, words, ground, { "font-family": fontFamily, "font-size": 12, fill: color });
  make("text", { x: EDGE, y: 28, "font-size": 15, "font-weight": 600 }, whole, title);
  let top = 40;
  let x = EDGE;
  const swatches = svg.closest(".chart").querySelectorAll(".chart-key");
  series.forEach((name, n) => {
    const wide = measure(name) + 32;
    if (x > EDGE && x + wide > width) [x, top] = [EDGE, top + 18];
    make("rect", { x, y: top, width: 10, height: 10, fill: getComputedStyle(swatches[n], "::before").backgroundColor }, whole);
    make("text", { x: x + 16, y: top + 9 }, whole, name);
    x += wide;
  });
  if (series.length > 0) top += 22;
  copy.setAttribute("x", EDGE);
  copy.setAttribute("y", top);
  whole.append(copy);
  return sized(whole, width + 2 * EDGE, top + height + 8);
}
