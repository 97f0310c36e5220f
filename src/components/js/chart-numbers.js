// The numbers of a chart: rows become points on places in order, as many as can be read, and a sentence about them. It
// must not know how they are drawn.

/** The most places of an axis that a line goes through. */
const LINE_PLACES = 1_000;
/** The most bars side by side along a time. */
const TIME_BARS = 60;
/** The most names one below the other. */
const NAMES = 16;
/** The most bars of all groups together. */
const GROUPED_BARS = 48;

/** When a place on a time's axis begins; a time without a zone is taken as it stands. */
const instant = (text) => {
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(text) ?? [];
  if (quarter) return new Date(Date.UTC(year, 3 * (quarter - 1)));
  return new Date(text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);
};

/** The order of names by a key of each, and the number that each has in it. */
const order = (keys) => {
  const was = [...keys.keys()].sort((one, other) => keys[one] - keys[other] || one - other);
  const now = [];
  was.forEach((name, n) => (now[name] = n));
  return { was, now };
};

/**
 * Points on places in order; or why they cannot be drawn. Each point has a place and, of the series, a number. `others`
 * values have no series: where `hasOther`, the number after the last series stands for all of them.
 */
export function arrange({ axis, series, colours, others, hasOther, places, ofSeries, values, texts, rows, ofRows }) {
  const isTime = axis === "time";
  const known = new Map();
  const points = [];
  const ignored = { values: 0, times: 0 };
  places.forEach((place, n) => {
    if (isTime && Number.isNaN(+instant(place))) return (ignored.times += 1);
    if (!Number.isFinite(values[n])) return (ignored.values += 1);
    if (!known.has(place)) known.set(place, known.size);
    points.push({ place: known.get(place), series: ofSeries[n], value: values[n], text: texts[n] });
  });
  if (points.length === 0) {
    return rows === 0 ? "No rows, so there is nothing to draw." : "There are no values to draw: all are NULL or not finite.";
  }
  const taken = new Set(points.map((point) => `${point.place} ${point.series}`));
  if (taken.size < points.length) return "Several rows have one name, so there is no chart of them.";
  const labels = [...known.keys()];
  const totals = new Array(labels.length).fill(0);
  for (const point of points) totals[point.place] -= point.value;
  // Names: the largest first.
  const keys = { time: () => labels.map((label) => +instant(label)), ordered: () => [...labels.keys()], named: () => totals };
  const byPlace = order(keys[axis]());
  for (const point of points) point.place = byPlace.now[point.place];
  return {
    axis,
    labels: byPlace.was.map((n) => labels[n]),
    series: hasOther ? [...series, `other: ${many(others, "value")}`] : series,
    colours: hasOther ? [...colours, "other"] : [...colours],
    other: hasOther ? series.length : -1,
    others,
    points,
    ignored,
    rows,
    ofRows,
  };
}

/** The part that can still be read: the latest times, the largest names. */
export function cut({ axis, labels, series, colours, other, points }, kind) {
  const most = {
    Line: LINE_PLACES,
    Grouped: Math.floor(GROUPED_BARS / (series.length || 1)),
  }[kind] ?? (axis === "time" ? TIME_BARS : NAMES);
  const first = axis === "time" ? Math.max(0, labels.length - most) : 0;
  const drawn = labels.slice(first, first + most);
  const nameOf = (point) => (series.length > 0 ? `${labels[point.place]}, ${series[point.series]}` : labels[point.place]);
  return {
    kind,
    upright: axis === "time",
    labels: drawn,
    times: axis === "time" ? drawn.map(instant) : [],
    series,
    colours,
    other,
    points: points
      .filter((point) => point.place >= first && point.place < first + drawn.length)
      .map((point) => ({ ...point, place: point.place - first, name: nameOf(point) }))
      .sort((one, other) => one.place - other.place || one.series - other.series),
  };
}

const format = (() => {
  const { format } = new Intl.NumberFormat();
  return format;
})();
const many = (count, name) => `${format(count)} ${name}${count === 1 ? "" : "s"}`;

/** What is not to be seen of the numbers, if anything. */
export function left({ axis, labels, series, other, others, ignored, rows, ofRows }, part) {
  const which = { time: (n) => `the latest ${n}`, ordered: (n) => `the first ${n}`, named: (n) => `the ${n} largest` }[axis];
  const all = series.length - (other < 0 ? 0 : 1) + others;
  return [
    part.labels.length < labels.length && `${which(format(part.labels.length))} of ${format(labels.length)} drawn`,
    other >= 0 && `other: the ${format(others)} smallest of ${format(all)} series, added up`,
    other < 0 && others > 0 && `the ${format(series.length)} largest of ${format(all)} series drawn`,
    rows < ofRows && `from the first ${format(rows)} of ${format(ofRows)} rows`,
    ignored.values > 0 && `${many(ignored.values, "value")} NULL or not finite, left out`,
    ignored.times > 0 && `${many(ignored.times, "row")} without a time left out`,
  ]
    .filter(Boolean)
    .join("; ");
}

/** A part in a sentence. */
export function tell(title, { kind, points }) {
  const at = (pick) => points.reduce((best, point) => (pick(point.value, best.value) ? point : best));
  const [most, least] = [at((one, other) => one > other), at((one, other) => one < other)];
  return `Chart of ${title}: ${kind.toLowerCase()}, ${format(points.length)} values; largest ${most.text} (${most.name}), smallest ${least.text} (${least.name})`;
}
