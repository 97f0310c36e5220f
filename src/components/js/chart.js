// A chart in an element: Observable Plot draws, this file makes it readable by pointer, by keyboard and by ear, and
// saves it. It draws the numbers it is given with the texts it is given; it must not know what they are about, nor
// decide which columns they come from.
import { barX, barY, dot, lineY, plot, ruleX, ruleY } from "@observablehq/plot";
import { SVG, dressed, framed, keep, make, sized, svgFile } from "./picture.js";

/** Points of a line that are drawn as dots, so that each of them is seen. */
const DOTS = 100;
/** The most places of an axis that a line goes through. */
const LINE_PLACES = 1_000;
/** The most bars side by side along a time. */
const TIME_BARS = 60;
/** The most names one below the other. */
const NAMES = 16;
/** The most bars of all groups together. */
const GROUPED_BARS = 48;
const HIDDEN = "Hidden";
const LETTERS = "12px system-ui, sans-serif";

const element = (name, className, parent, text) => {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};

const measure = (() => {
  const canvas = document.createElement("canvas").getContext("2d");
  return (text) => {
    canvas.font = LETTERS;
    return canvas.measureText(text).width;
  };
})();

/** A name that fits, with an ellipsis where it was cut. */
const fit = (text, width) => {
  if (measure(text) <= width) return text;
  let end = text.length;
  while (end > 1 && measure(`${text.slice(0, end)}…`) > width) end -= 1;
  return `${text.slice(0, end)}…`;
};

const amounts = (largest) => {
  const { format } = new Intl.NumberFormat(undefined, largest >= 1e6 ? { notation: "compact" } : {});
  return (value) => format(value);
};

/**
 * Makes an element the place of a chart of that name, whose files have that stem. Colours are those of the style
 * sheet: `--series-0`, `--series-1`, … Where there is `pick`, it is called with the columns and the values, in turns,
 * of what was pointed at.
 */
export function chart(place, title, stem, pick) {
  const figure = element("figure", "", place);
  figure.ariaLabel = `Chart of ${title}`;
  const stage = element("div", "chart-stage", figure);
  const tools = element("figcaption", "chart-tools", figure);
  const note = element("span", "chart-note", tools);
  const select = element("select", "", tools);
  select.ariaLabel = figure.ariaLabel;
  const buttons = Object.entries({ SVG: "image/svg+xml", PNG: "image/png" }).map(([name, type]) => {
    const button = element("button", "quiet", tools, name);
    button.type = "button";
    button.ariaLabel = `Save chart of ${title} as ${name}`;
    button.addEventListener("click", async () => {
      try {
        keep(await file(drawn.picture(), type), `${stem}.${name.toLowerCase()}`);
      } catch (cause) {
        note.textContent = `The chart was not saved: ${cause.message}.`;
      }
    });
    return button;
  });

  let numbers = null;
  let drawn = null;
  let width = 0;
  // What a person chose, which holds for other rows as long as they can be drawn like that.
  let chosen = null;
  // The columns of a place and of a series, and of each the values that are picked.
  let columns = [];
  let picked = new Map();

  const told = (point, part) => [part.labels[point.place], part.series[point.series]].slice(0, columns.length);
  const isPale = (point, part) =>
    told(point, part).some((value, n) => picked.has(columns[n]) && !picked.get(columns[n]).has(value));
  const fitIn = () => {
    width = stage.clientWidth;
    if (drawn && width > 0) drawn.show(width);
  };
  const clear = () => {
    drawn = null;
    stage.replaceChildren();
    for (const button of buttons) button.disabled = true;
  };
  const show = () => {
    clear();
    const kind = select.value;
    figure.classList.toggle("hidden-chart", kind === HIDDEN);
    note.textContent = "";
    if (kind === HIDDEN) return;
    const part = cut(numbers, kind);
    note.textContent = left(numbers, part);
    drawn = build(stage, title, part, {
      isPale: (point) => isPale(point, part),
      pick: pick && ((point) => pick(told(point, part).flatMap((value, n) => [columns[n], value]))),
    });
    for (const button of buttons) button.disabled = false;
    fitIn();
  };
  const refuse = (why) => {
    clear();
    numbers = null;
    select.replaceChildren();
    select.disabled = true;
    note.textContent = why;
    // Nothing is on its way, so no room is kept.
    figure.classList.toggle("hidden-chart", why !== "");
  };
  select.addEventListener("change", () => {
    chosen = select.value;
    show();
  });
  const observer = new ResizeObserver(() => {
    if (stage.clientWidth !== width) fitIn();
  });
  observer.observe(stage);
  refuse("");

  return {
    /** Takes away what is drawn. */
    clear,
    /** Says that there is nothing to draw. */
    refuse: () => refuse("These columns make no chart."),
    /**
     * Draws one value a row, with the text of it, in the kind that was chosen or else the first.
     *
     * `axis` is `time`, `ordered` or `named`; `kinds` are some of `Line`, `Bars`, `Stacked` and `Grouped`. Each row
     * has a place on the axis and, unless there is one series, the name of its series. There are `ofRows` in all.
     * `ofColumns` are the columns that places, and series if there are several, are in.
     */
    draw(axis, kinds, mostSeries, places, series, values, texts, ofRows, ofColumns) {
      columns = ofColumns;
      const arranged = arrange(axis, mostSeries, places, series, values, texts, ofRows);
      if (typeof arranged === "string") return refuse(arranged);
      numbers = arranged;
      select.replaceChildren(...[...kinds, HIDDEN].map((kind) => new Option(kind)));
      select.disabled = false;
      select.value = chosen === HIDDEN || kinds.includes(chosen) ? chosen : kinds[0];
      show();
    },
    /** Shows what is not picked pale: columns and values in turns. */
    mark(told) {
      picked = new Map();
      for (let n = 0; n < told.length; n += 2) {
        picked.set(told[n], (picked.get(told[n]) ?? new Set()).add(told[n + 1]));
      }
      drawn?.mark();
    },
    destroy() {
      observer.disconnect();
      place.replaceChildren();
    },
  };
}

/** When a place on a time's axis begins; a time without a zone is taken as it stands. */
const instant = (text) => {
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(text) ?? [];
  if (quarter) return new Date(Date.UTC(year, 3 * (quarter - 1)));
  return new Date(text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);
};

/** Numbers of names in the order they are met. */
const numbering = () => {
  const numbers = new Map();
  return { numbers, of: (name) => numbers.get(name) ?? numbers.set(name, numbers.size).get(name) };
};

/** The order of names by a key of each, and the number that each has in it. */
const order = (keys) => {
  const was = [...keys.keys()].sort((one, other) => keys[one] - keys[other] || one - other);
  const now = [];
  was.forEach((name, n) => (now[name] = n));
  return { was, now };
};

/** Rows as points on places in order; or why they cannot be. */
function arrange(axis, mostSeries, places, series, values, texts, ofRows) {
  const isTime = axis === "time";
  const [known, kinds] = [numbering(), numbering()];
  const points = [];
  places.forEach((place, row) => {
    if (!Number.isFinite(values[row]) || (isTime && Number.isNaN(+instant(place)))) return;
    points.push({ place: known.of(place), series: kinds.of(series[row] ?? ""), value: values[row], text: texts[row] });
  });
  if (points.length === 0) return "There are no values to draw.";
  const taken = new Set(points.map((point) => `${point.place} ${point.series}`));
  if (taken.size < points.length) return "Several rows have one name, so there is no chart of them.";
  const labels = [...known.numbers.keys()];
  // The largest first.
  const totals = (size, of) => {
    const sums = new Array(size).fill(0);
    for (const point of points) sums[point[of]] -= point.value;
    return sums;
  };
  const keys = { time: () => labels.map((label) => +instant(label)), ordered: () => labels.map((_, n) => n), named: () => totals(labels.length, "place") };
  const [byPlace, bySeries] = [order(keys[axis]()), order(totals(kinds.numbers.size, "series"))];
  for (const point of points) [point.place, point.series] = [byPlace.now[point.place], bySeries.now[point.series]];
  const names = [...kinds.numbers.keys()];
  return {
    axis,
    mostSeries,
    labels: byPlace.was.map((n) => labels[n]),
    series: series.length > 0 ? bySeries.was.map((n) => names[n]) : [],
    points,
    ignored: places.length - points.length,
    rows: places.length,
    ofRows,
  };
}

/** The part that can still be read: the latest times, the largest names. */
function cut({ axis, mostSeries, labels, series, points }, kind) {
  const most = {
    Line: LINE_PLACES,
    Grouped: Math.floor(GROUPED_BARS / Math.min(mostSeries, series.length || 1)),
  }[kind] ?? (axis === "time" ? TIME_BARS : NAMES);
  const first = axis === "time" ? Math.max(0, labels.length - most) : 0;
  const drawn = labels.slice(first, first + most);
  const told = (point) => (series.length > 0 ? `${labels[point.place]}, ${series[point.series]}` : labels[point.place]);
  return {
    kind,
    upright: axis === "time",
    labels: drawn,
    times: axis === "time" ? drawn.map(instant) : [],
    series: series.slice(0, mostSeries),
    points: points
      .filter((point) => point.place >= first && point.place < first + drawn.length && point.series < mostSeries)
      .map((point) => ({ ...point, place: point.place - first, name: told(point) }))
      .sort((one, other) => one.place - other.place || one.series - other.series),
  };
}

/** What is not to be seen of the numbers, if anything. */
function left({ axis, labels, series, ignored, rows, ofRows }, part) {
  const { format } = new Intl.NumberFormat();
  const which = { time: (n) => `the latest ${n}`, ordered: (n) => `the first ${n}`, named: (n) => `the ${n} largest` }[axis];
  return [
    part.labels.length < labels.length && `${which(format(part.labels.length))} of ${format(labels.length)} drawn`,
    part.series.length < series.length && `the ${format(part.series.length)} largest of ${format(series.length)} series`,
    rows < ofRows && `from the first ${format(rows)} of ${format(ofRows)} rows`,
    ignored > 0 && `${format(ignored)} without a value left out`,
  ]
    .filter(Boolean)
    .join("; ");
}

/** A part in a sentence. */
function tell(title, { kind, points }) {
  const at = (pick) => points.reduce((best, point) => (pick(point.value, best.value) ? point : best));
  const [most, least] = [at((one, other) => one > other), at((one, other) => one < other)];
  const many = new Intl.NumberFormat().format(points.length);
  return `Chart of ${title}: ${kind.toLowerCase()}, ${many} values; largest ${most.text} (${most.name}), smallest ${least.text} (${least.name})`;
}

/** A picture as a file of `image/svg+xml` or `image/png`. */
function file(picture, type) {
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

function build(place, title, chart, { isPale, pick }) {
  const { points, series } = chart;
  if (series.length > 0) {
    const legend = element("ul", "chart-legend", place);
    series.forEach((name, n) => element("li", `series-${n}`, legend, name));
  }
  const frame = element("div", "chart-frame", place);
  const tip = element("div", "chart-tip", place);
  tip.ariaHidden = "true";
  tip.hidden = true;
  const tipName = element("span", "", tip);
  const tipValue = element("strong", "", tip);

  // One stop for the keyboard, on which the arrows go from value to value, and which says them.
  const reader = element("input", "chart-reader", place);
  Object.assign(reader, { type: "range", min: 1, max: points.length, value: 1, ariaLabel: `Values of ${title}` });

  let svg = null;
  let shapes = [];
  let current = null;

  if (pick) {
    frame.classList.add("chart-pickable");
    reader.ariaDescription = "Enter shows the other answers of this value alone";
  }

  const say = (n) => {
    reader.value = n + 1;
    reader.ariaValueText = `${points[n].name}: ${points[n].text}`;
  };
  const mark = () => shapes.forEach((shape, n) => shape?.node?.classList.toggle("pale", isPale(points[n])));
  const hide = () => {
    if (current !== null) shapes[current]?.node?.classList.remove("current");
    svg?.querySelector(".chart-here")?.remove();
    current = null;
    tip.hidden = true;
  };
  const point = (n) => {
    if (n === current) return;
    hide();
    const shape = shapes[n];
    if (!shape) return;
    current = n;
    say(n);
    shape.node?.classList.add("current");
    if (chart.kind === "Line") {
      const here = document.createElementNS(SVG, "circle");
      here.setAttribute("class", "chart-here");
      here.setAttribute("stroke", `var(--series-${points[n].series})`);
      here.setAttribute("cx", shape.x);
      here.setAttribute("cy", shape.y);
      here.setAttribute("r", 5);
      svg.append(here);
    }
    tipName.textContent = points[n].name;
    tipValue.textContent = points[n].text;
    tip.hidden = false;
    // Beside the value, and never outside of the chart.
    const top = frame.offsetTop + shape.y - tip.offsetHeight - 8;
    const left = frame.offsetLeft + shape.x - tip.offsetWidth / 2;
    tip.style.top = `${Math.max(0, top < 0 ? frame.offsetTop + shape.y + 12 : top)}px`;
    tip.style.left = `${Math.min(Math.max(0, left), place.clientWidth - tip.offsetWidth)}px`;
  };

  frame.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    point(nearest(chart, shapes, x, y));
  });
  frame.addEventListener("click", () => {
    if (current !== null) pick?.(points[current]);
  });
  frame.addEventListener("pointerleave", () => {
    if (document.activeElement !== reader) hide();
  });
  reader.addEventListener("focus", () => point(Number(reader.value) - 1));
  reader.addEventListener("blur", hide);
  reader.addEventListener("input", () => point(Number(reader.value) - 1));
  reader.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.key === "Enter") pick?.(points[Number(reader.value) - 1]);
    // Down is the next one, not the larger one.
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    point(Math.min(Math.max(0, Number(reader.value) - 1 + step), points.length - 1));
  });
  say(0);

  return {
    show(width) {
      hide();
      const height = place.clientHeight - frame.offsetTop;
      const made = render(chart, width, height);
      made.svg.role = "img";
      made.svg.ariaLabel = tell(title, chart);
      frame.replaceChildren(made.svg);
      ({ svg } = made);
      shapes = made.shapes(svg);
      mark();
      if (document.activeElement === reader) point(Number(reader.value) - 1);
    },
    mark,
    picture: () => {
      hide();
      return picture(svg, title, chart);
    },
  };
}

/** The number of the point that is meant where the pointer is. */
function nearest({ kind, upright }, shapes, x, y) {
  let best = 0;
  let least = Infinity;
  shapes.forEach((shape, n) => {
    if (!shape) return;
    const away = (value, middle, half) => Math.max(0, Math.abs(value - middle) - half);
    const [dx, dy] = [away(x, shape.midX, shape.halfX), away(y, shape.midY, shape.halfY)];
    // First the place on the axis, then the value.
    const [along, across] = kind === "Line" || upright ? [dx, dy] : [dy, dx];
    const distance = 8 * along + across;
    if (distance < least) [best, least] = [n, distance];
  });
  return best;
}

/** Draws by Plot: the SVG, and where each point is in it. */
function render({ kind, upright, labels, times, series, points }, width, height) {
  const isTime = times.length > 0;
  const isGrouped = kind === "Grouped";
  const lies = kind !== "Line" && !upright;
  const values = points.map((point) => point.value);
  const format = amounts(Math.max(...values.map(Math.abs)));
  const places = [...labels.keys()];
  const colours = series.length > 0 ? [...series.keys()] : [0];
  // Plot asks for a colour; which one it is stands in the style sheet.
  const color = { type: "ordinal", domain: colours, range: colours.map((n) => `var(--series-${n})`) };
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
      marginLeft: left,
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

/** The chart as a file of its own: with its name, its legend, its colours, and every value in words. */
function picture(svg, title, { series, points }) {
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
  const swatches = svg.closest(".chart").querySelectorAll(".chart-legend li");
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
