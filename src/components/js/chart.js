// A chart in an element, readable by pointer, by keyboard and by ear, and saved as a file. It draws the numbers it is
// given with the texts it is given; it must not know what they are about, nor decide which columns they come from.
import { arrange, cut, left, tell } from "./chart-numbers.js";
import { file, picture } from "./chart-picture.js";
import { render } from "./chart-plot.js";
import { SVG, keep } from "./picture.js";

const NOT_PICKED = "“other” is several values together, which cannot be picked as one: choose them in the filter.";

const element = (name, className, parent, text) => {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
};

/**
 * Makes an element the place of a chart of that name, whose files have that stem. Colours are those of the style
 * sheet: `--series-0`, `--series-1`, … and `--series-other`. Where there is `pick`, it is called with the columns and the
 * values, in turns, of what was chosen. `choose` is called with the kind that the user chooses.
 */
export function chart(place, title, stem, pick, choose) {
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
  // What the user chose, which is kept for other rows as long as they can be drawn like that.
  let chosen = null;
  // The columns of a place and of a series, and of each the values that are picked.
  let columns = [];
  let picked = new Map();

  const valuesOf = (point, part) => [part.labels[point.place], part.series[point.series]].slice(0, columns.length);
  const isPicked = (n, value) => picked.get(columns[n])?.has(value) ?? false;
  const isPale = (point, part) => valuesOf(point, part).some((value, n) => picked.has(columns[n]) && !isPicked(n, value));
  // The values of a point, or of a series alone.
  const pickValues = (values) => pick(values.flatMap(([n, value]) => [columns[n], value]));
  const fitIn = () => {
    width = stage.clientWidth;
    if (drawn && width > 0) drawn.show(width);
  };
  const clear = () => {
    drawn?.end();
    drawn = null;
    stage.replaceChildren();
    for (const button of buttons) button.disabled = true;
  };
  const show = () => {
    // Who is in the chart stays there.
    const focus = focusIn(stage);
    clear();
    const kind = select.value;
    figure.classList.remove("hidden-chart");
    note.textContent = "";
    const part = cut(numbers, kind);
    note.textContent = left(numbers, part);
    drawn = build(stage, title, part, {
      isPale: (point) => isPale(point, part),
      isPicked: (series) => isPicked(1, part.series[series]),
      pick: pick && ((point) => {
        if (point.series === part.other) note.textContent = NOT_PICKED;
        else pickValues(valuesOf(point, part).map((value, n) => [n, value]));
      }),
      pickSeries: pick && ((series) => pickValues([[1, part.series[series]]])),
    });
    for (const button of buttons) button.disabled = false;
    fitIn();
    focus();
  };
  const refuse = (why, keepsRoom) => {
    clear();
    numbers = null;
    select.replaceChildren();
    select.disabled = true;
    note.textContent = "";
    (keepsRoom ? element("p", "chart-empty", stage) : note).textContent = why;
    figure.classList.toggle("hidden-chart", !keepsRoom);
  };
  // The kind that was chosen, where the numbers can be drawn like that; else the first.
  const choice = () => {
    const kinds = [...select.options].map((option) => option.value);
    return kinds.includes(chosen) ? chosen : kinds[0];
  };
  select.addEventListener("change", () => {
    chosen = select.value;
    choose(chosen);
    show();
  });
  const observer = new ResizeObserver(() => {
    if (stage.clientWidth !== width) fitIn();
  });
  observer.observe(stage);
  refuse("", true);

  return {
    /** Takes away what is drawn. */
    clear,
    /** Says that there is nothing to draw. No room is kept for it. */
    refuse: () => refuse("These columns make no chart.", false),
    /** Shows another kind, if the numbers can be drawn like that. */
    showKind(kind) {
      chosen = kind ?? null;
      if (!numbers || select.value === choice()) return;
      select.value = choice();
      show();
    },
    /**
     * Draws points, each with the text of its value, in the kind that was chosen or else the first.
     *
     * `axis` is `time`, `ordered` or `named`; `kinds` are some of `Line`, `Bars`, `Stacked` and `Grouped`. `ofColumns`
     * are the columns that places, and series if there are several, are in. `colours` are the numbers of the series'
     * colours. `rows` of `ofRows` are drawn.
     */
    draw(axis, kinds, ofColumns, series, colours, others, hasOther, places, ofSeries, values, texts, rows, ofRows) {
      columns = ofColumns;
      const arranged = arrange({ axis, series, colours, others, hasOther, places, ofSeries, values, texts, rows, ofRows });
      if (typeof arranged === "string") return refuse(arranged, true);
      numbers = arranged;
      select.replaceChildren(...kinds.map((kind) => new Option(kind)));
      select.disabled = false;
      select.value = choice();
      show();
    },
    /** Shows what is not picked pale: columns and values in turns. */
    mark(values) {
      picked = new Map();
      for (let n = 0; n < values.length; n += 2) {
        picked.set(values[n], (picked.get(values[n]) ?? new Set()).add(values[n + 1]));
      }
      drawn?.mark();
    },
    destroy() {
      clear();
      observer.disconnect();
      place.replaceChildren();
    },
  };
}

/** Remembers which of the controls in an element has the focus: a function gives it to the same one of new controls. */
function focusIn(place) {
  const controls = () => [...place.querySelectorAll("button, input")];
  const at = controls().find((control) => control === document.activeElement);
  const name = at && (at.ariaLabel ?? at.textContent);
  const value = at?.value;
  return () => {
    if (!at) return;
    const same = controls().find((control) => (control.ariaLabel ?? control.textContent) === name) ?? controls().at(-1);
    if (!same) return;
    if (same.type === "range") same.value = value;
    same.focus({ preventScroll: true });
  };
}

/** The names of the series, each a button where series can be picked. Answers with a function that marks those that are. */
function legendOf(place, { series, colours, other }, { isPicked, pickSeries }) {
  if (series.length === 0) return () => {};
  const legend = element("ul", "chart-legend", place);
  const buttons = series.map((name, n) => {
    const entry = element("li", "", legend);
    if (n === other || !pickSeries) {
      element("span", `chart-key series-${colours[n]}`, entry, name).title = n === other ? NOT_PICKED : "";
      return null;
    }
    const button = element("button", `chart-key series-${colours[n]}`, entry, name);
    button.type = "button";
    button.addEventListener("click", () => pickSeries(n));
    return button;
  });
  return () => buttons.forEach((button, n) => button && (button.ariaPressed = String(isPicked(n))));
}

function build(place, title, chart, { isPale, isPicked, pick, pickSeries }) {
  const { points } = chart;
  const markLegend = legendOf(place, chart, { isPicked, pickSeries });
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
  const mark = () => {
    shapes.forEach((shape, n) => shape?.node?.classList.toggle("pale", isPale(points[n])));
    markLegend();
  };
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
      here.setAttribute("stroke", `var(--series-${chart.colours[points[n].series] ?? 0})`);
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

  const at = (event) => {
    const box = svg.getBoundingClientRect();
    return nearest(chart, shapes, event.clientX - box.left, event.clientY - box.top);
  };
  // A finger does not hover: what it is on is shown when it comes down, and stays until it comes down elsewhere.
  for (const type of ["pointerdown", "pointermove"]) frame.addEventListener(type, (event) => point(at(event)));
  frame.addEventListener("click", (event) => pick?.(points[at(event)]));
  frame.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch" && document.activeElement !== reader) hide();
  });
  const elsewhere = new AbortController();
  const leave = (event) => {
    if (event.pointerType === "touch" && !frame.contains(event.target)) hide();
  };
  document.addEventListener("pointerdown", leave, { signal: elsewhere.signal });
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
      if (document.activeElement === reader) point(Math.min(Number(reader.value), points.length) - 1);
    },
    mark,
    end: () => elsewhere.abort(),
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
