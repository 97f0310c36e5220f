// Draws the points of a chart with Observable Plot. It must not know what happens to the drawing.
import { barX, barY, dot, lineY, plot, ruleX, ruleY } from "@observablehq/plot";
import { measure } from "./chart-letters.js";

/** Points of a line that are drawn as dots, so that each of them is seen. */
const DOTS = 100;

/** A name that fits, with an ellipsis where it was cut. */
const fit = (text, width) => {
  if (measure(text) <= width) return text;
  let end = text.length;
  while (end > 1 && measure(`${text.slice(0, end)}…`) > width) end -= 1;
  return `${text.slice(0, end)}…`;
};

const amounts = (largest) => {
  const notation = largest >= 1e15 ? "scientific" : largest >= 1e6 ? "compact" : "standard";
  // Amounts far below 1 have digits too.
  const digits = largest > 0 && largest < 0.01 ? { maximumSignificantDigits: 3 } : {};
  const { format } = new Intl.NumberFormat(undefined, { notation, ...digits });
  return (value) => format(value);
};

/** Draws by Plot: the SVG, and where each point is in it. */
export function render({ kind, upright, labels, times, series, colours: paints, points }, width, height) {
  const isTime = times.length > 0;
  const isGrouped = kind === "Grouped";
  const lies = kind !== "Line" && !upright;
  const values = points.map((point) => point.value);
  const format = amounts(Math.max(...values.map(Math.abs)));
  const places = [...labels.keys()];
  const colours = series.length > 0 ? [...series.keys()] : [0];
  // Plot asks for a colour; which one it is stands in the style sheet.
  const color = { type: "ordinal", domain: colours, range: colours.map((n) => `var(--series-${paints[n] ?? 0})`) };
  const common = {
    width,
    height,
    className: "chart-plot",
    marginTop: 10,
    marginRight: Math.ceil(measure(format(Math.max(0, ...values))) / 2) + 6,
    marginBottom: 26,
    color,
  };
  // Few bars are no beams.
  const padding = (room) => Math.min(0.8, Math.max(0.2, 1 - (28 * labels.length) / room));
  const scale = { label: null, tickFormat: format, tickSize: 0, nice: true, zero: true };
  const longest = Math.max(...labels.map(measure));

  if (lies) {
    const room = Math.ceil(Math.min(longest, width * 0.36)) + 10;
    const names = { domain: places, label: null, tickSize: 0, tickFormat: (n) => fit(labels[n], room - 10) };
    const band = isGrouped ? { fy: { ...names, axis: "left", padding: 0.2 }, y: { axis: null, domain: colours, padding: 0 } } : { y: { ...names, padding: padding(height - 36) } };
    const svg = plot({
      ...common,
      marginLeft: room,
      ...band,
      x: { ...scale, grid: true, ticks: Math.max(2, Math.floor((width - room) / 90)) },
      marks: [
        barX(points, isGrouped ? { x: "value", y: "series", fy: "place", fill: "series", insetBottom: 1 } : { x: "value", y: "place", fill: "series", insetRight: series.length > 0 ? 1 : 0 }),
        ruleX([0], { className: "chart-zero" }),
      ],
    });
    return finished(svg, "bar", points);
  }

  const ticks = Math.max(2, Math.floor(height / 56));
  const left = Math.ceil(Math.max(...axisTexts(values, format, ticks).map(measure))) + 12;
  const inner = width - left - 16;
  const y = { ...scale, grid: true, ticks };
  const room = inner / labels.length;
  // As many names as fit, the first among them.
  const every = isTime ? Math.ceil((longest + 12) / room) : 1;
  const names = {
    domain: places,
    label: null,
    tickSize: 0,
    ticks: places.filter((n) => n % every === 0),
    tickFormat: (n) => fit(labels[n], Math.max(24, room * every - 4)),
  };

  if (kind === "Line") {
    const when = (point) => (isTime ? times[point.place] : point.place);
    const few = labels.length * (longest + 16) <= inner;
    const x = isTime
      ? {
          type: "utc",
          label: null,
          tickSize: 0,
          ticks: few ? times : Math.max(2, Math.floor(inner / 90)),
          tickFormat: few ? (_, n) => labels[n] : isoTicks(labels),
        }
      : { ...names, type: "point", padding: 0.5 };
    const svg = plot({
      ...common,
      // The first day stands below the first point, whole.
      marginLeft: isTime && !few ? Math.max(left, longest / 2 + 4) : left,
      marginRight: few ? Math.max(16, longest / 2 + 4) : 24,
      ...(few && isTime ? { insetLeft: longest / 2 } : {}),
      x,
      y,
      marks: [
        ruleY([0], { className: "chart-zero" }),
        lineY(points, { x: when, y: "value", stroke: "series", z: "series", strokeWidth: 2, className: "chart-line" }),
        ...(points.length <= DOTS
          ? [dot(points, { x: when, y: "value", fill: "series", r: 3.5, className: "chart-dot" })]
          : []),
      ],
    });
    return finished(svg, "line", points, when);
  }

  const band = isGrouped
    ? { fx: { ...names, axis: "bottom", padding: 0.2 }, x: { axis: null, domain: colours, padding: 0 } }
    : { x: { ...names, type: "band", padding: padding(inner / 2) } };
  const svg = plot({
    ...common,
    marginLeft: left,
    marginRight: 16,
    ...band,
    y,
    marks: [
      barY(points, isGrouped ? { y: "value", x: "series", fx: "place", fill: "series", insetRight: 1 } : { y: "value", x: "place", fill: "series", insetTop: series.length > 0 ? 1 : 0 }),
      ruleY([0], { className: "chart-zero" }),
    ],
  });
  return finished(svg, "bar", points);
}

/** About the texts that an axis will have, to keep room for them. */
const axisTexts = (values, format, ticks) => {
  const largest = Math.max(...values.map(Math.abs));
  const step = 10 ** Math.floor(Math.log10(largest / ticks || 1));
  const least = Math.min(0, ...values);
  return [format(Math.ceil(largest / step) * step), format(least < 0 ? Math.floor(least / step) * step : step), format(step * 2.5)];
};

/** Ticks in the middle of a long time, as ISO writes a year, a month, a day or an hour. */
const isoTicks = (labels) => {
  const length = { 4: 4, 7: 7 }[labels[0].length] ?? 10;
  return (date) => {
    const iso = date.toISOString();
    return length === 10 && iso.slice(11, 19) !== "00:00:00" ? iso.slice(5, 16).replace("T", " ") : iso.slice(0, length);
  };
};

function finished(svg, mark, points, when) {
  // The page's policy refuses it; the rules are in the page's own style sheet.
  svg.querySelector("style")?.remove();
  for (const labelled of svg.querySelectorAll("[aria-label]")) labelled.removeAttribute("aria-label");
  const find = (root) => {
    const shapes = new Array(points.length);
    if (mark === "bar") {
      const base = root.getBoundingClientRect();
      for (const node of root.querySelectorAll("rect")) {
        const n = node.__data__;
        if (typeof n !== "number") continue;
        const box = node.getBoundingClientRect();
        const [midX, midY] = [box.x - base.x + box.width / 2, box.y - base.y + box.height / 2];
        shapes[n] = { node, midX, midY, halfX: box.width / 2, halfY: box.height / 2, x: midX, y: midY - box.height / 2 };
      }
    } else {
      const [x, y] = [svg.scale("x"), svg.scale("y")];
      points.forEach((point, n) => {
        const [midX, midY] = [x.apply(when(point)), y.apply(point.value)];
        shapes[n] = { midX, midY, halfX: 0, halfY: 0, x: midX, y: midY };
      });
      for (const node of root.querySelectorAll(".chart-dot circle")) {
        const n = node.__data__;
        if (typeof n === "number" && shapes[n]) shapes[n].node = node;
      }
    }
    return shapes;
  };
  return { svg, shapes: find };
}
